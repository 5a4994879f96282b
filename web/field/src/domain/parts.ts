import type { NextTry } from '@lianfang/core/visit'

export type { Channel, NextTry, Outcome } from '@lianfang/core/visit'

/** The parts of a snapshot, as the server sends them. */

/** [id, compound, building, unit, floor, room, path] */
export type DoorRow = [number, string, string, string, number | null, string, string]

export interface KnownPerson {
  uid: number
  name: string
  sex: 'M' | 'F' | ''
  birth: number | null
  relation: string
  phone: string
  id_number: string
}

export interface Reason {
  code: string
  zh: string
  en: string
  uid?: number | null
}

export interface WorkItem {
  id: number
  campaign: number
  door: number | null
  person: number | null
  /** Numbers of the people who are asked for. */
  people: number[]
  place: string
  path: string
  reasons: Reason[]
  urgency: number
  state: 'open' | 'returned' | 'with_secretary'
  due: string | null
  tries: number
  last_outcome: string
  last_at: string | null
  next: NextTry
  mine: boolean
  worker: string
}

/** Of a campaign in the own area. `pace`: done a day over the last days. */
export interface Progress {
  total: number
  done: number
  open: number
  returned: number
  with_secretary: number
  pace: number
  expected_on: string | null
  mine: number
}

export interface Campaign {
  id: number
  title: string
  purpose: string
  legal_basis: string
  hours: string
  starts: string
  due: string
  tries: number
  profile: string
  extra_fields: { field: string; why: string }[]
  progress: Progress
}

export interface Forms {
  version: number
  /** °C from which a temperature is a fever. */
  fever: number
  symptoms: string[]
}
