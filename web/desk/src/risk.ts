import { language, type components } from '@lianfang/core'

export type Understood = components['schemas']['UnderstoodOut']
export type PublishedList = components['schemas']['PublishedListOut']
export type Measure = components['schemas']['MeasureOut']
export type Unseen = components['schemas']['UnseenOut']
export type RiskKind = components['schemas']['PublishedPaperIn']['kind']
export type Trip = components['schemas']['TripOut']

/** The text of something that is told in both languages, in that of the screen. */
export const told = (of: { zh: string; en: string }): string => (language.value === 'zh' ? of.zh : of.en)

/** "2020-01-18" or "2020-01-18 – 2020-01-20". */
export function days(of: readonly string[]): string {
  const [first = '', last = ''] = [of[0], of.at(-1)]
  return first === last ? first : `${first} – ${last}`
}

/** A file as the API wants it. */
export async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}
