import { type components } from '@lianfang/core'

export type Ground = components['schemas']['GateGroundOut']
export type Plan = components['schemas']['GatePlanOut']
export type PlanLine = components['schemas']['GatePlanLineOut']
export type Comparison = components['schemas']['ComparisonOut']
export type Choice = components['schemas']['OptionOut']
export type Closure = components['schemas']['ClosureOut']
export type At = [number, number]

export const REASONS = ['staff', 'control', 'case', 'works', 'other'] as const
export const EXEMPT = ['ambulance', 'fire', 'disabled', 'supplies', 'sanitation'] as const
export const STANCES = ['for', 'against', 'unsure'] as const
export const HEARD_BY = ['paper', 'phone', 'meeting'] as const

/** What can be told apart, also by the colour-blind; every gate's number stands on the map besides. */
export const COLOURS = ['#2f6f9f', '#b8651b', '#3f8f5f', '#8c4a86', '#a8324a', '#5a6b1e', '#2b8a94', '#6a5acd', '#7a5230', '#4d5a6a']
export const colour = (gate: number): string => (gate < 0 ? '#9aa5b1' : COLOURS[gate % COLOURS.length]!)

/** Why gates are closed, until when at the latest somebody looks at that again, and for whom they are opened. */
export type Order = Omit<components['schemas']['OrderIn'], 'version'>
export const newOrder = (): Order => ({ reason: 'staff', text: '', review_on: inDays(14), exempt: ['ambulance', 'fire'], exempt_text: '' })
export const spoken = (order: Order): boolean => order.text.trim().length >= 4

export interface Drawing {
  gates: { id: number | null; name: string; at: At | null; wide: boolean }[]
  buildings: { id: number; name: string; at: At | null; shaped: boolean; people: number }[]
  paths: { line: At[]; way: 'foot' | 'drive' }[]
}

export function drawingOf(ground: Ground): Drawing {
  return {
    gates: ground.gates.map((one) => ({ id: one.id, name: one.name, at: one.at as At | null, wide: one.wide })),
    buildings: ground.buildings.map((one) => ({ id: one.id, name: one.name, at: one.at as At | null, shaped: one.shape !== null, people: one.people })),
    paths: ground.paths.map((one) => ({ line: one.line as At[], way: one.way })),
  }
}

export interface Plane {
  width: number
  height: number
  to: (at: At) => At
  back: (x: number, y: number) => At
}

/** A flat drawing of a few hundred metres with room round it, and the way back from it to degrees. */
export function plane(points: readonly At[], width: number, most: number): Plane | undefined {
  if (points.length === 0) return undefined
  const [xs, ys] = [points.map((one) => one[0]), points.map((one) => one[1])]
  let [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const shorten = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const room = Math.max((east - west) * shorten, north - south, 0.002) * 0.12
  ;[west, east, south, north] = [west - room / shorten, east + room / shorten, south - room, north + room]
  const scale = Math.min(width / ((east - west) * shorten), most / (north - south))
  const left = (width - (east - west) * shorten * scale) / 2
  const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6
  return {
    width,
    height: Math.round((north - south) * scale),
    to: ([x, y]) => [left + (x - west) * shorten * scale, (north - y) * scale],
    back: (x, y) => [round(west + (x - left) / shorten / scale), round(north - y / scale)],
  }
}

/** "120.2012, 30.1998" → a point; undefined for anything else. */
export function pointOf(text: string): At | undefined {
  const parts = text.split(/[\s,，]+/).filter(Boolean).map(Number)
  const [east, north] = parts
  if (parts.length !== 2 || east === undefined || north === undefined || !(Math.abs(east) <= 180) || !(Math.abs(north) <= 90)) return undefined
  return [east, north]
}

/** Points parted by semicolons or lines; undefined unless there are two at least. */
export function lineOf(text: string): At[] | undefined {
  const points = text.split(/[;；\n]+/).filter((one) => one.trim()).map(pointOf)
  return points.length >= 2 && points.every((one) => one !== undefined) ? (points as At[]) : undefined
}

/** People by how far they walk, in steps of 100 metres. */
export function walkSteps(option: Choice, comparison: Comparison): [string, number][] {
  const steps: number[] = []
  option.walk.forEach((metres, index) => {
    if (metres === null) return
    const step = Math.floor(metres / 100)
    steps[step] = (steps[step] ?? 0) + comparison.ground.buildings[index]!.people
  })
  return Array.from(steps, (people, step) => [`${step * 100}–${step * 100 + 100}`, people ?? 0])
}

export function inDays(days: number): string {
  const day = new Date(Date.now() + days * 86_400_000)
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`
}
