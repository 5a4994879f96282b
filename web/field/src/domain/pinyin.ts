import type { Sound, Sounds } from './search'

/** Reads names aloud. The table of characters is large, so it comes when somebody first types Latin letters. */
export async function loadSounds(): Promise<Sounds> {
  const { pinyin } = await import('pinyin-pro')
  const known = new Map<string, Sound>()
  return (name) => {
    const before = known.get(name)
    if (before) return before
    const syllables = pinyin(name, { toneType: 'none', type: 'array', surname: 'head', v: true })
    const sound = { full: syllables.join('').toLowerCase(), initials: syllables.map((one) => one.charAt(0)).join('').toLowerCase() }
    known.set(name, sound)
    return sound
  }
}
