/** Text before meaning: the twin of screening/engine/words.py. */
const LONGEST = 2_000
const DASHES = /[‐‑‒–—―−﹣－─~～〜∼]+/g
const SPACES = /\s+/g
const DIGITS: Record<string, number> = { 〇: 0, 两: 2 }
'零一二三四五六七八九'.split('').forEach((char, value) => (DIGITS[char] = value))
export const NUMERALS = '零〇一二两三四五六七八九十'

/** Half width, one kind of dash, single spaces. Letters keep their case. */
export const clean = (text: string): string =>
  text.slice(0, LONGEST).normalize('NFKC').replace(DASHES, '-').replace(SPACES, ' ').trim()

/** "四" → 4, "十六" → 16, "06" → 6; undefined if it is no number below 100,000. */
export function numeral(text: string): number | undefined {
  if (/^[\x00-\x7f]*$/.test(text)) return /^\d{1,5}$/.test(text) ? Number(text) : undefined
  if ([...text].some((char) => !NUMERALS.includes(char)) || text.split('十').length > 2) return undefined
  const digit = (char: string): number => DIGITS[char] ?? 0
  if (!text.includes('十')) return text.length <= 5 ? Number([...text].map(digit).join('')) : undefined
  const [tens = '', ones = ''] = text.split('十')
  if (tens.length > 1 || ones.length > 1) return undefined
  return (tens ? digit(tens) : 1) * 10 + (ones ? digit(ones) : 0)
}
