import type { Language } from '../i18n'

/** A published risk area as the server sends it; `within`: the full names of what it lies in. */
export interface RiskArea {
  key: string
  code: string
  detail: string
  name: string
  within: string[]
  level: 'low' | 'medium' | 'key' | 'high'
  first: string
  last: string | null
  sources: string[]
}

/** sure: the words name the area; otherwise they name only what it lies in, and one has to ask where exactly. */
export interface RiskHit {
  area: RiskArea
  sure: boolean
}

const LEVELS = ['low', 'medium', 'key', 'high']
const A_DAY = 86_400_000
const ENDING = /(?:特别行政区|(?:壮族|回族|维吾尔|土家族|苗族|藏族|彝族|朝鲜族|蒙古族?|羌族|白族|傣族|哈尼族)*(?:自治州|自治县|自治区)|地区|林区|新区|街道|[省市区县旗镇乡盟])$/

export const areasIn = (risk: unknown): readonly RiskArea[] => ((risk as { areas?: RiskArea[] } | undefined)?.areas ?? [])

/** The place's own name, without what it lies in: "湖北省武汉市" in "湖北省" is "武汉市". */
const own = (name: string, above: string | undefined): string => (above && name.startsWith(above) ? name.slice(above.length) : name)

/** As people say it: "武汉" for "武汉市"; a name of two characters stays whole. */
function spoken(name: string): string {
  const short = name.replace(ENDING, '')
  return short.length >= 2 ? short : name
}

/** The names that mean the area itself, and those of what it lies in, from the nearest up. */
function namesOf(area: RiskArea): { own: string; above: string[] } {
  const county = area.detail ? area.name.slice(0, area.name.length - area.detail.length) : area.name
  const chain = area.detail ? [area.name, county, ...area.within] : [area.name, ...area.within]
  const names = chain.map((name, at) => spoken(own(name, chain[at + 1])))
  return { own: names[0] ?? '', above: names.slice(1) }
}

const heard = (text: string): string => text.normalize('NFKC').replace(/\s+/g, '')

/**
 * Risk areas that words like "武汉汉阳" may mean, the surest and gravest first; those whose period lies more than `days`
 * before `left` or begins after it are left out. Only names are compared: the office's register of divisions knows more.
 */
export function risksOf(areas: readonly RiskArea[], text: string, left: string, days = 21): RiskHit[] {
  const said = heard(text)
  if (said.length < 2) return []
  const found: RiskHit[] = []
  for (const area of areas) {
    const names = namesOf(area)
    const sure = said.includes(names.own)
    const may = !sure && names.above.some((name) => said.includes(name)) && !deeper(said, names)
    if ((sure || may) && fits(area, left, days)) found.push({ area, sure })
  }
  return found.sort((one, other) => Number(other.sure) - Number(one.sure) || LEVELS.indexOf(other.area.level) - LEVELS.indexOf(one.area.level))
}

/** Whether more is said below the nearest name that is shared: "湖北荆州" is not "武汉", though both lie in 湖北. */
function deeper(said: string, names: { above: string[] }): boolean {
  const nearest = names.above.find((name) => said.includes(name)) as string
  const rest = said.slice(said.indexOf(nearest) + nearest.length).replace(/^(?:特别行政区|自治州|自治县|自治区|地区|[省市区县盟旗])/, '')
  return /^[\u4e00-\u9fff]{2,}/.test(rest)
}

function fits(area: RiskArea, left: string, days: number): boolean {
  if (!left) return true
  if (left < area.first) return false
  return area.last === null || Date.parse(left) - Date.parse(area.last) <= days * A_DAY
}

/** Areas whose name, or the name of what they lie in, holds all the words typed. */
export function searchRisk(areas: readonly RiskArea[], typed: string): RiskArea[] {
  const words = typed.normalize('NFKC').split(/\s+/).filter(Boolean)
  const fitting = areas.filter((area) => words.every((word) => area.name.includes(word)))
  return fitting.sort((one, other) => LEVELS.indexOf(other.level) - LEVELS.indexOf(one.level) || one.name.localeCompare(other.name, 'zh'))
}

export const periodOf = (area: RiskArea, language: Language): string =>
  area.last ? `${area.first} – ${area.last}` : language === 'zh' ? `${area.first} 起` : `from ${area.first} on`
