import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
// By name: what other applications say stays off the page.
import { languages as languagesEn, legalBasis as basisEn, resident as residentEn } from '@lianfang/core/locales/en.json'
import { languages as languagesZh, legalBasis as basisZh, resident as residentZh } from '@lianfang/core/locales/zh.json'
import { kept, keep } from './draft'

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const STORED = 'lianfang.language'

function firstLanguage(): Language {
  const stored = kept<string>(STORED)
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLanguage(),
  fallbackLocale: false,
  messages: {
    zh: { resident: residentZh, languages: languagesZh, legalBasis: basisZh },
    en: { resident: residentEn, languages: languagesEn, legalBasis: basisEn },
  },
})

export const language = computed(() => i18n.global.locale.value as Language)

export function setLanguage(next: Language): void {
  i18n.global.locale.value = next
  keep(STORED, next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  document.title = i18n.global.t('resident.title')
}

const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' })
export const moment = (iso: string): string => clock.format(new Date(iso))
