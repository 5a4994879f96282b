/** The app's one state: who holds the phone, whether it is open, what it knows, and how sending goes. */
import { ApiError } from '@lianfang/core/client'
import { computed, reactive, ref, shallowRef } from 'vue'
import { makeBook, type Book, type Mark } from './domain/book'
import { makeGround, withOwn, type GateMark, type Ground, type Known } from './gate/known'
import { destroy, openDatabase, readMeta, writeMeta, type Contact, type Database, type Phone, type Settings } from './store/database'
import { draftKeys } from './store/drafts'
import { record, type Recording } from './store/facts'
import { asOf, forgetArea, readMarks, readParts, type Marked } from './store/parts'
import { unlock as unlockVault, type Open } from './store/vault'
import { pause, REFRESH_MS, round } from './sync/courier'
import { standing as readStanding, type Standing } from './sync/outbox'
import { realServer } from './sync/server'
import type { Server } from './wire'

/** new: nobody's yet · locked · open · wiped: the server withdrew it · elsewhere: another tab took over · insecure: no keys here */
export type Phase = 'starting' | 'insecure' | 'new' | 'locked' | 'open' | 'wiped' | 'elsewhere'

const DEFAULTS: Settings = { lockMinutes: 5, look: 'auto', gate: false, gateId: 0 }
/** At a gate what others did matters within a minute. */
const GATE_REFRESH_MS = 60_000
const NOTHING: Standing = { unsent: 0, rejected: 0, photos: 0, tally: { accepted: 0, duplicate: 0, rejected: 0 } }
/** Beyond this the clocks differ for everybody to see. */
export const CLOCK_TOLERANCE_S = 120

export const phase = ref<Phase>('starting')
export const owner = shallowRef<Phone>()
export const book = shallowRef<Book>()
/** What the phone knows of gates; undefined: its owner has none, or has not switched gate duty on. */
export const gates = shallowRef<Known>()
/** Whether the owner works at doors; a guard works only at his gate. */
export const isField = computed(() => !gates.value || Boolean(book.value?.doors.size))
export const standing = shallowRef<Standing>(NOTHING)
export const contact = shallowRef<Contact>()
export const settings = reactive<Settings>({ ...DEFAULTS })
export const drafts = shallowRef<ReadonlySet<string>>(new Set())
export const signedOut = ref(false)
export const courier = reactive({ busy: false, problem: undefined as unknown, failures: 0, nextAt: 0 })
export const clockOff = computed(() => Math.abs(contact.value?.behind ?? 0) > CLOCK_TOLERANCE_S)

export const now = (): Date => new Date()

let db: Database | undefined
let opened: Open | undefined
let server: Server = realServer
let timer: ReturnType<typeof setTimeout> | undefined
let fetchedAt = 0
const tabs = new BroadcastChannel('lianfang-field')

/** What needs the phone open. Throws when it is locked: screens that call it are not shown then. */
export function inHand(): Open {
  if (!opened) throw new Error('the phone is locked')
  return opened
}

export async function database(): Promise<Database> {
  db ??= await openDatabase(undefined, () => {
    db = undefined
    lock()
    phase.value = 'elsewhere'
  })
  return db
}

/** Find out whose phone this is. */
export async function start(other?: Server): Promise<void> {
  if (other) server = other
  if (!window.isSecureContext || !crypto.subtle) {
    phase.value = 'insecure'
    return
  }
  const base = await database()
  const [phone, kept] = await Promise.all([readMeta(base, 'phone'), readMeta(base, 'settings')])
  Object.assign(settings, kept)
  owner.value = phone
  standing.value = await readStanding(base)
  contact.value = await readMeta(base, 'contact')
  signedOut.value = (await readMeta(base, 'signedOut')) === true
  phase.value = phone ? 'locked' : 'new'
  tabs.onmessage = () => void (opened ? reload() : db && recount(db))
}

/** Throws WrongPin or TooManyPins. */
export async function unlock(pin: string): Promise<void> {
  await enter(await unlockVault(await database(), pin, now()))
}

/** Take the opened phone in hand: show what it knows, then look for the server. */
export async function enter(next: Open): Promise<void> {
  opened = next
  owner.value = next.phone
  await reload()
  phase.value = 'open'
  void navigator.storage?.persist?.()
  void sync(true)
}

export function adopt(next: Open): void {
  opened = next
}

/** Forget keys and people; what is written stays. */
export function lock(): void {
  if (phase.value === 'open') phase.value = 'locked'
  forget()
}

function forget(): void {
  opened = undefined
  area = undefined
  book.value = undefined
  gates.value = undefined
  drafts.value = new Set()
  clearTimeout(timer)
}

type AnyMark = Mark | GateMark

/** What was opened of the area, so that a visit more does not open everything again. */
let reading: Promise<void> = Promise.resolve()
let area: { asOf?: string; parts: Record<string, unknown>; ground?: Ground; marks: Map<string, Marked<AnyMark>> } | undefined

const refreshMs = (): number => (gates.value ? GATE_REFRESH_MS : REFRESH_MS)

/** Read anew what was written since; one reading after the other, so that an older count never covers a newer one. */
function reload(): Promise<void> {
  reading = reading.catch(() => undefined).then(readNow)
  return reading
}

async function readNow(): Promise<void> {
  if (!opened) return // locked meanwhile
  const open = opened
  const when = await asOf(open)
  const stale = !area || area.asOf !== when
  const [parts, marks, unfinished] = await Promise.all([
    area && !stale ? area.parts : readParts(open),
    readMarks<AnyMark>(open, area?.marks),
    draftKeys(open),
  ])
  if (opened !== open) return // locked meanwhile
  const ground = area && !stale ? area.ground : await makeGround(parts)
  if (opened !== open) return
  area = { asOf: when, parts, ground, marks: new Map(marks.map((mark) => [mark.id, mark])) }
  const ofGates = (mark: Marked<AnyMark>): boolean => !('outcome' in mark.value)
  book.value = makeBook(parts, marks.filter((mark): mark is Marked<Mark> => !ofGates(mark)), when)
  gates.value = ground && withOwn(ground, marks.filter((mark): mark is Marked<GateMark> => ofGates(mark)))
  drafts.value = new Set(unfinished)
  await recount(open.db)
}

async function recount(base: Database): Promise<void> {
  standing.value = await readStanding(base)
  contact.value = await readMeta(base, 'contact')
}

/** Look again at what is written, after something there was changed. */
export async function refresh(): Promise<void> {
  await reload()
  tabs.postMessage('changed')
}

/** Record facts; when this returns they are safe on the phone. Returns their ids. Throws DiskFull. */
export async function save(recordings: readonly Recording[]): Promise<string[]> {
  const rows = await record(inHand(), recordings, now)
  await reload()
  tabs.postMessage('saved')
  courier.failures = 0
  schedule(0)
  return rows.map((row) => row.id)
}

/** One round with the server, by hand or by the clock; what went wrong stands in `courier`. */
export async function sync(fresh: boolean): Promise<void> {
  const open = opened
  if (!open || courier.busy) return
  courier.busy = true
  clearTimeout(timer)
  try {
    // Signed out, the phone still hands over its work; it takes nothing until its owner signs in again.
    const wanted = !signedOut.value && (fresh || Date.now() - fetchedAt > refreshMs())
    const outcome = await round(open, server, now, wanted, settings.gate)
    if (outcome === 'left') return await wipe('wiped')
    if (outcome === 'done' && wanted) fetchedAt = Date.now()
    courier.problem = undefined
    courier.failures = 0
  } catch (error) {
    courier.problem = error
    courier.failures += 1
  } finally {
    courier.busy = false
  }
  // Signed in or opened anew meanwhile: what it asked for while this round was under way is done now.
  if (opened !== open) return opened && sync(true)
  await reload()
  tabs.postMessage('synced')
  schedule(courier.failures ? pause(courier.failures) : refreshMs())
}

/** Unknown or locked at the server: trying again by itself is of no use. */
export const isRefused = (problem: unknown): boolean => problem instanceof ApiError && [401, 403].includes(problem.status)

function schedule(waitMs: number): void {
  clearTimeout(timer)
  courier.nextAt = Date.now() + waitMs
  timer = setTimeout(() => void sync(false), waitMs)
}

/** Leave the phone: the area's people go at once; unsent work stays, sealed, until its owner comes back. */
export async function signOut(): Promise<void> {
  const open = inHand()
  if (standing.value.unsent + standing.value.rejected === 0) return wipe('new')
  await forgetArea(open)
  signedOut.value = true
  lock()
}

/** Empty the phone for good. */
export async function wipe(next: 'wiped' | 'new'): Promise<void> {
  const base = await database()
  // Before anything else: the lock screen would open the database again while it goes.
  phase.value = next
  forget()
  db = undefined
  await destroy(base)
  owner.value = undefined
  standing.value = NOTHING
  contact.value = undefined
}

export async function keepSettings(): Promise<void> {
  await writeMeta(await database(), 'settings', { ...settings })
}
