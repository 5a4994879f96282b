/** Three sounds that cannot be mistaken: one high, two middle, one long low. Also felt where the phone can. */
import type { Light } from './check'

const TONES: Record<Light, { hertz: number; at: number; lasts: number }[]> = {
  green: [{ hertz: 1320, at: 0, lasts: 0.12 }],
  yellow: [{ hertz: 740, at: 0, lasts: 0.12 }, { hertz: 740, at: 0.2, lasts: 0.12 }],
  red: [{ hertz: 220, at: 0, lasts: 0.6 }],
}
let context: AudioContext | undefined

export function sound(light: Light): void {
  navigator.vibrate?.(light === 'green' ? 60 : light === 'yellow' ? [80, 80, 80] : 500)
  try {
    context ??= new AudioContext()
  } catch {
    return // no sound on this phone: colour, symbol and words say it as well
  }
  for (const { hertz, at, lasts } of TONES[light]) {
    const tone = new OscillatorNode(context, { frequency: hertz, type: light === 'red' ? 'square' : 'sine' })
    const level = new GainNode(context, { gain: 0.25 })
    tone.connect(level).connect(context.destination)
    tone.start(context.currentTime + at)
    tone.stop(context.currentTime + at + lasts)
  }
}
