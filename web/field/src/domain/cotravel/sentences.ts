import type { Language } from '../../i18n'
import type { Day, Hit } from './check'

// The same sentences as screening/engine/cotravel/sentences.py writes, word for word: shared vectors hold both to it.
const MODE_ZH: Record<string, string> = { train: '次列车', flight: '航班', coach: '客车', bus: '公交', ship: '号客轮' }
const MODE_EN: Record<string, string> = { other: 'vehicle' }
const WHERE_ZH: Record<string, string> = {
  'train close': '同一车厢', 'train apart': '不同车厢', 'flight close': '前后三排以内', 'flight apart': '相隔三排以上',
}
const WHERE_EN: Record<string, string> = {
  'train close': 'in the same carriage', 'train apart': 'in another carriage',
  'flight close': 'within three rows', 'flight apart': 'more than three rows away',
}
const DAY_ZH: Record<Day, string> = { same: '同日', night: '相差一天，该车可能跨夜', unknown: '乘坐日期不详' }
const DAY_EN: Record<Day, string> = { same: 'on the same day', night: 'a day apart, but it may run over midnight', unknown: 'day of travel unknown' }

/** What was published, and how near the leg was to it. */
export const sentence = (hit: Hit, language: Language): string => (language === 'zh' ? chinese(hit) : english(hit))

const hasSeats = (hit: Hit): boolean => hit.trip.mode === 'train' || hit.trip.mode === 'flight'

function chinese(hit: Hit): string {
  const { trip } = hit
  const [first = '', last = ''] = [trip.dates[0], trip.dates.at(-1)]
  const period = first === last ? first : `${first}至${last}`
  let seat = ''
  if (trip.carriages.length) seat = `${trip.carriages.join('、')}号车厢`
  else if (trip.rows.length) seat = `第${trip.rows.join('、')}排`
  const route = trip.from || trip.to ? `${trip.from || '？'}→${trip.to || '？'}` : ''
  const details = [seat, route].filter(Boolean).join('，')
  const where = hasSeats(hit) ? (WHERE_ZH[`${trip.mode} ${hit.where}`] ?? '车厢或座位不详') : ''
  const nearness = [DAY_ZH[hit.day], where].filter(Boolean).join('，')
  const published = trip.numbers.join('/') + (MODE_ZH[trip.mode] ?? '')
  return `${period} ${published}有已公布病例${details && `（${details}）`}：${nearness}。来源：${trip.sources.join('、')}。`
}

function english(hit: Hit): string {
  const { trip } = hit
  const [first = '', last = ''] = [trip.dates[0], trip.dates.at(-1)]
  const period = first === last ? `on ${first}` : `from ${first} to ${last}`
  let seat = ''
  if (trip.carriages.length) seat = `${trip.carriages.length === 1 ? 'carriage' : 'carriages'} ${trip.carriages.join(', ')}`
  else if (trip.rows.length) seat = `${trip.rows.length === 1 ? 'row' : 'rows'} ${trip.rows.join(', ')}`
  const route = trip.from || trip.to ? `${trip.from || '?'} → ${trip.to || '?'}` : ''
  const details = [seat, route].filter(Boolean).join('; ')
  const where = hasSeats(hit) ? (WHERE_EN[`${trip.mode} ${hit.where}`] ?? 'carriage or seat unknown') : ''
  const nearness = [DAY_EN[hit.day], where].filter(Boolean).join(', ')
  const published = `${MODE_EN[trip.mode] ?? trip.mode} ${trip.numbers.join('/')}`
  return `A case was published ${period} on ${published}${details && ` (${details})`}: ${nearness}. Source: ${trip.sources.join(', ')}.`
}
