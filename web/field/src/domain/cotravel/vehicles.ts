/** What somebody types for a vehicle: the twin of screening/engine/cotravel/vehicles.py, held to the same vectors. */
import { NUMERALS, clean, numeral } from './words'

export const MODES = ['train', 'flight', 'coach', 'bus', 'ship', 'metro', 'car', 'other'] as const

export interface Vehicle {
  mode: string
  numbers: string[]
  carriages: string[]
  rows: number[]
}

export interface Reading {
  vehicles: Vehicle[]
  code?: string
  notes: string[]
}

const MODE_WORDS: readonly (readonly [string, RegExp])[] = [
  ['flight', /航班|飞机|民航|机票|^(?:PLANE|FLIGHT|AIR|AIRPLANE)$/],
  ['metro', /地铁|轨道交通|轻轨|\d+号线|^(?:METRO|SUBWAY)$/],
  ['ship', /轮船|客船|邮轮|渡轮|渡船|游轮|客轮|货轮|船|^(?:SHIP|FERRY|BOAT|CRUISE)$/],
  ['coach', /客车|大巴|长途|班车|中巴|客运|汽车站|^COACH$/],
  ['bus', /公交|公共汽车|\d+路|^BUS$/],
  ['car', /出租|网约|的士|滴滴|私家|自驾|小车|轿车|专车|^(?:CAR|TAXI)$/],
  ['train', /火车|列车|动车|高铁|城际|车厢|次|^(?:TRAIN|RAIL)$/],
]
const RUN = /(?<![A-Z0-9/.-])([GDCZTKYLSX]?\d{1,4}(?:\/[GDCZTKYLSX]?\d{1,4})*)(?![A-Z0-9.-])/g
const ALONE = /^[^0-9A-Z]*\d{1,4}(?:\/\d{1,4})*[^0-9A-Z]*$/
const AIRLINES = '(?:[A-Z][A-Z0-9]|[0-9][A-Z])'
const FLIGHT = new RegExp(`(?<![A-Z0-9])(${AIRLINES}(?:/${AIRLINES})*|[A-Z]{3})[ -]?0*([1-9]\\d{0,3})([A-Z]?)(?![A-Z0-9])`, 'g')
const FLIGHT_SHAPE = new RegExp(`(?<![A-Z0-9])(?:${AIRLINES}|[A-Z]{3})[ -]?\\d{3,4}(?!\\d)`)
const TRAIN_SHAPE = /(?<![A-Z0-9])[GDCZTKYLSX]\d{1,4}(?![A-Z0-9])/
const PLATE = /([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])([A-Z])[ ·.-]?([A-Z0-9]{5,6})(?![A-Z0-9])/g
const BUS = /([A-Z]{0,2}\d{1,4}|[\u4e00-\u9fff]{1,4}?\d{1,3})路/g
const METRO = /([\u4e00-\u9fff]{0,3}?)(\d{1,2}|S\d|[一二三四五六七八九十]{1,3})号线/g
const NUMBER = `(?:(?<![A-Z0-9])[A-Z]?\\d{1,2}|[${NUMERALS}]{1,3})`
const CARRIAGES = new RegExp(
  `第?(${NUMBER}(?:号|节|#)?(?:(?: ?[、,;/和及与] ?|-|至|到|(?<=[号节]))第?${NUMBER}(?:号|节|#)?)*)(?:号|节|#)? ?车[厢箱廂]`, 'g',
)
const ONE_CARRIAGE = new RegExp(`^第?${NUMBER}(?:(?:[、,;/和及与]|-|至|到)${NUMBER})*(?:号|节|#|车)*$`)
const RANGE = new RegExp(`(${NUMBER})(?:号|节|#)?(?:-|至|到)第?(${NUMBER})`, 'g')
const ANY_NUMBER = new RegExp(NUMBER, 'g')
const SEATS = /(?<![A-Z0-9])(\d{1,2})([A-L])(?![A-Z0-9])|(\d{1,2}) ?[排行]/g
const SPLIT = /[、,;，。|+&\n]|和|及|与|换乘|转乘|转|→|->|以及/
const SHIP_NAME = /^(.{2,16}?)号.*$/
const UNKNOWN = /^(?:未知|不详|不明|不清楚|不记得|无|待查|待核实|UNKNOWN|N\/?A|-+|\?+|\/+)(?:车次|航班|班次)?$/

/** ICAO designators of airlines in Chinese lists → IATA. */
const ICAO: Record<string, string> = {
  CCA: 'CA', CSN: 'CZ', CES: 'MU', CHH: 'HU', CSZ: 'ZH', CXA: 'MF', CSC: '3U', CDG: 'SC', CSH: 'FM', CQH: '9C', DKH: 'HO', LKE: '8L',
  GCR: 'GS', CBJ: 'JD', HXA: 'G5', OKA: 'BK', CUA: 'KN', JYH: '9H', EPA: 'DZ', CQN: 'OQ', CGZ: 'GY', QDA: 'QW', CDC: 'GJ', HBH: 'NS',
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]
const isMode = (mode: string | null | undefined): mode is string => (MODES as readonly string[]).includes(mode ?? '')
const vehicle = (mode: string, numbers: string[], more: Partial<Vehicle> = {}): Vehicle => ({ mode, numbers, carriages: [], rows: [], ...more })

/** The mode that a word names ("动车", "plane"). */
export function modeOf(text: string | null | undefined): string | undefined {
  const plain = clean(text ?? '').toUpperCase()
  if (!plain) return undefined
  if (isMode(plain.toLowerCase())) return plain.toLowerCase()
  return MODE_WORDS.find(([, pattern]) => pattern.test(plain))?.[0]
}

/** All vehicles of one field. `mode` is what is said beside it, if anything. */
export function readVehicles(text: string, mode?: string | null): Reading {
  const plain = clean(text).toUpperCase()
  if (!plain) return { vehicles: [], code: 'number.missing', notes: [] }
  if (UNKNOWN.test(plain)) return { vehicles: [], code: 'number.unknown', notes: [] }
  const said = isMode(mode) && mode !== 'other' ? mode : undefined
  for (const tried of modesToTry(plain, said)) {
    const [vehicles, notes] = ofMode(plain, tried)
    if (vehicles.length) return { vehicles, notes: [...(said && tried !== said ? ['mode.corrected'] : []), ...notes] }
  }
  const code = said === 'flight' && /\d{3,4}/.test(plain) ? 'number.no_airline' : 'number.unreadable'
  return { vehicles: [], code, notes: [] }
}

/** The stated mode first, then what the words say, then what the shape says. */
function modesToTry(plain: string, said: string | undefined): string[] {
  const without = plain.replace(CARRIAGES, ' ')
  const words = MODE_WORDS.filter(([, pattern]) => pattern.test(plain)).map(([mode]) => mode)
  const shapes: string[] = []
  if (TRAIN_SHAPE.test(without)) shapes.push('train')
  if (FLIGHT_SHAPE.test(without)) shapes.push('flight')
  if (plain.search(PLATE) >= 0) shapes.push('car')
  // Another mode only where the number says so by its shape, never from a bare number.
  return said ? [said, ...shapes.filter((shape) => shape !== said)] : unique([...words, ...shapes])
}

function ofMode(plain: string, mode: string): [Vehicle[], string[]] {
  if (mode === 'train') return [trains(plain), []]
  if (mode === 'flight') return flights(plain)
  return [others(plain, mode), []]
}

function trains(plain: string): Vehicle[] {
  const found: Vehicle[] = []
  for (const part of partsOf(plain)) {
    const carriages = carriagesWithin(part)
    const runs = trainRuns(part.replace(CARRIAGES, ' '))
    found.push(...runs.map((numbers) => vehicle('train', numbers, { carriages })))
    const last = found.at(-1)
    if (!runs.length && carriages.length && last) last.carriages = sorted([...last.carriages, ...carriages])
  }
  return found
}

/** The field cut between vehicles, but not between the numbers of its carriages ("4、6、13号车厢"). */
function partsOf(plain: string): string[] {
  const kept = plain.replace(CARRIAGES, (found) => found.replace(/[、,;和及与]/g, '\0'))
  return kept.split(SPLIT).filter((part) => part.trim()).map((part) => part.replaceAll('\0', '、'))
}

/** "K446/7次" is one run with two names, "G98 G512" are two. A bare number counts only where nothing else stands beside it. */
function trainRuns(part: string): string[][] {
  const runs: string[][] = []
  for (const [, written = ''] of part.matchAll(RUN)) {
    const names = written.split('/')
    const first = names[0] ?? ''
    const prefix = /^[A-Z]/.test(first) ? first.charAt(0) : ''
    if (!prefix && !ALONE.test(part)) continue
    const numbers: string[] = []
    for (const name of names) {
      const bare = /^\d+$/.test(name)
      let digits = bare ? name : name.slice(1)
      if (numbers.length && digits.length < first.length - prefix.length) {
        digits = first.slice(prefix.length, first.length - digits.length) + digits
      }
      numbers.push((bare ? prefix : name.charAt(0)) + (digits.replace(/^0+/, '') || '0'))
    }
    runs.push(unique(numbers))
  }
  return runs
}

function flights(plain: string): [Vehicle[], string[]] {
  const found: Vehicle[] = []
  const notes: string[] = []
  for (const part of partsOf(plain)) {
    const numbers: string[] = []
    for (const [, airlines = '', digits = '', suffix = ''] of part.replace(CARRIAGES, ' ').matchAll(FLIGHT)) {
      for (const airline of airlines.split('/')) {
        let code = ICAO[airline] ?? airline
        if (code.length !== 2) continue
        if (code.startsWith('0')) {
          code = `O${code.charAt(1)}`
          notes.push('number.zero_for_o')
        }
        numbers.push(code + digits + suffix)
      }
    }
    if (numbers.length) found.push(vehicle('flight', unique(numbers), { rows: readSeatRows(part.replace(FLIGHT, ' ')) }))
  }
  return [found, unique(notes)]
}

/** Coaches, buses, ships, metro and cars: by plate, line or name. */
function others(plain: string, mode: string): Vehicle[] {
  const each = (numbers: readonly string[]): Vehicle[] => unique(numbers).map((number) => vehicle(mode, [number]))
  const plates = [...plain.matchAll(PLATE)].map((found) => found.slice(1).join(''))
  if (plates.length && ['coach', 'car', 'bus'].includes(mode)) return each(plates)
  if (mode === 'bus') return each([...plain.matchAll(BUS)].map((found) => `${found[1]}路`))
  if (mode === 'metro') {
    const lines = [...plain.replaceAll('地铁', '').matchAll(METRO)]
    return each(lines.map(([, city = '', line = '']) => `${city}${numeral(line) || line}号线`))
  }
  if (mode === 'ship') return each(partsOf(plain).map(ship)).filter((one) => (one.numbers[0]?.length ?? 0) > 1)
  if (mode === 'coach') return each([...plain.matchAll(/(?<![A-Z0-9])([A-Z]{0,2}\d{2,5})(?![A-Z0-9])/g)].map((found) => found[1] ?? ''))
  return []
}

/** The name of a ship, without "号" and what it is: "长航朝天门2号邮轮" → "长航朝天门2". */
function ship(part: string): string {
  const name = part.replace(/[^A-Z0-9\u4e00-\u9fff]|轮船|客船|邮轮|渡轮|渡船|游轮|客轮|货轮|船名|乘坐/g, '')
  return name.replace(SHIP_NAME, '$1').replace(/[号轮船]+$/, '')
}

/** "4、6、13号车厢" → 4, 6, 13; "第四节车厢" → 4; "06" → 6. */
export function readCarriages(text: string | null | undefined): string[] {
  const plain = clean(text ?? '').toUpperCase()
  const within = carriagesWithin(plain)
  return within.length || !ONE_CARRIAGE.test(plain) ? within : numbersOf([plain])
}

const carriagesWithin = (plain: string): string[] => numbersOf([...plain.matchAll(CARRIAGES)].map((found) => found[1] ?? ''))

function numbersOf(phrases: readonly string[]): string[] {
  const carriages: string[] = []
  for (const phrase of phrases) {
    for (const [, first = '', last = ''] of phrase.matchAll(RANGE)) {
      const [low, high] = [numeral(first), numeral(last)]
      if (low === undefined || high === undefined || high > 30) continue
      for (let number = low; number <= high; number++) carriages.push(String(number))
    }
    for (const [written] of phrase.replace(RANGE, ' ').matchAll(ANY_NUMBER)) carriages.push(String(numeral(written) ?? written))
  }
  return sorted(carriages)
}

/** Rows of seats on a plane: "7E、7F" → 7; "15排" → 15. */
export function readSeatRows(text: string | null | undefined): number[] {
  const plain = clean(text ?? '').toUpperCase()
  return unique([...plain.matchAll(SEATS)].map(([, seat, , row]) => Number(seat ?? row))).sort((one, other) => one - other)
}

function sorted(carriages: readonly string[]): string[] {
  const numbered = (name: string): boolean => /^\d+$/.test(name)
  return unique(carriages).sort((one, other) => {
    if (numbered(one) !== numbered(other)) return numbered(one) ? -1 : 1
    if (numbered(one)) return Number(one) - Number(other)
    return one < other ? -1 : 1
  })
}
