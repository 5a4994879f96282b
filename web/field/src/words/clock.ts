import { i18n } from '../i18n'

/** How far the phone's clock is off, in words. `behind`: seconds, negative when it is ahead. */
export function clockWords(behind: number): string {
  const hours = Math.floor(Math.abs(behind) / 3600)
  const minutes = Math.round((Math.abs(behind) % 3600) / 60)
  return i18n.global.t(behind > 0 ? 'field.sync.clockBehind' : 'field.sync.clockAhead', { hours, minutes })
}
