export { ApiError, address, api, download, explain } from './client'
export { LANGUAGES, codeName, elementLocale, i18n, language, moment, setLanguage, type Language } from './i18n'
export { useLoad, type Loaded } from './load'
export type { components } from './api-types'
