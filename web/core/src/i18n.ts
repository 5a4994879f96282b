import elementEn from 'element-plus/es/locale/lang/en'
import elementZh from 'element-plus/es/locale/lang/zh-cn'
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import en from '../locales/en.json'
import zh from '../locales/zh.json'

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const STORED = 'lianfang.language'

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED)
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

const numberFormats = {
  share: { style: 'percent', maximumFractionDigits: 0 },
  probability: { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 },
} as const

export const i18n = createI18n({
  legacy: false,
  locale: firstLanguage(),
  fallbackLocale: false,
  missingWarn: true,
  messages: { zh, en },
  numberFormats: { zh: numberFormats, en: numberFormats },
})

export const language = computed(() => i18n.global.locale.value as Language)
export const elementLocale = computed(() => (language.value === 'zh' ? elementZh : elementEn))

export function setLanguage(next: Language): void {
  i18n.global.locale.value = next
  localStorage.setItem(STORED, next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
}

// 2020-02-20 14:05 in both languages: 02/03/2020 is another day in another country. The offices' clock is China's.
const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' })

/** A moment (ISO 8601 with zone) as date and minute. */
export function moment(iso: string): string {
  return clock.format(new Date(iso))
}

/** The name of a code such as a finding's kind; a code newer than this catalogue shows as itself, not as a blank. */
export function codeName(group: string, code: string): string {
  const key = `${group}.${code}`
  return i18n.global.te(key) ? i18n.global.t(key) : code
}
