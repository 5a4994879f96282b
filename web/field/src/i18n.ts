import { Locale } from 'vant'
import vantEn from 'vant/es/locale/lang/en-US'
import vantZh from 'vant/es/locale/lang/zh-CN'
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
// By name: what other applications say stays out of the phone.
import { errors as errorsEn, field as fieldEn, languages as languagesEn, legalBasis as basisEn } from '@lianfang/core/locales/en.json'
import { errors as errorsZh, field as fieldZh, languages as languagesZh, legalBasis as basisZh } from '@lianfang/core/locales/zh.json'

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const STORED = 'lianfang.language'

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED)
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLanguage(),
  fallbackLocale: false,
  messages: {
    zh: { errors: errorsZh, field: fieldZh, languages: languagesZh, legalBasis: basisZh },
    en: { errors: errorsEn, field: fieldEn, languages: languagesEn, legalBasis: basisEn },
  },
})

export const language = computed(() => i18n.global.locale.value as Language)

export function setLanguage(next: Language): void {
  i18n.global.locale.value = next
  localStorage.setItem(STORED, next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  Locale.use(next === 'zh' ? 'zh-CN' : 'en-US', next === 'zh' ? vantZh : vantEn)
}

const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' })

/** A moment as date and minute, in the offices' time. */
export const moment = (at: string | number): string => clock.format(new Date(at))

/** The name of a code; one that is newer than this app shows as itself. */
export function codeName(group: string, code: string): string {
  const key = group === 'legalBasis' ? `${group}.${code}` : `field.${group}.${code}`
  return i18n.global.te(key) ? i18n.global.t(key) : code
}
