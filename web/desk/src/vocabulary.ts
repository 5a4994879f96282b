import { api, codeName, language, type components } from '@lianfang/core'
import { computed, shallowRef } from 'vue'

type Vocabulary = components['schemas']['VocabularyOut']

// Fields and kinds of findings are declared on the server, in both languages, once; nothing here repeats them.
const words = shallowRef<Vocabulary>({ fields: [], kinds: [], evidence: [] })
let asked: Promise<void> | undefined

export function loadVocabulary(): Promise<void> {
  asked ??= api.get('/api/runs/vocabulary').then(
    (answer) => {
      words.value = answer
    },
    (error: unknown) => {
      asked = undefined
      throw error
    },
  )
  return asked
}

const fields = computed(() => new Map(words.value.fields.map((field) => [field.name, field])))
const kindsByCode = computed(() => new Map(words.value.kinds.map((kind) => [kind.code, kind])))

const evidence = computed(() => new Map(words.value.evidence.map((one) => [one.name, one])))

/** A rule such as `phone.equal_own+name.exact` in words. */
export function ruleWords(rule: string): string {
  const parts = rule.split('+').map((part) => evidence.value.get(part)?.[language.value] ?? codeName('rule', part))
  return parts.join(language.value === 'zh' ? '，' : '; ')
}

export const fieldNames = computed(() => words.value.fields.map((field) => field.name))

export const kinds = computed(() => words.value.kinds)

export function fieldName(name: string): string {
  const name_ = fields.value.get(name)?.[language.value] ?? name
  return name_.charAt(0).toUpperCase() + name_.slice(1)
}

export function kindTitle(code: string): string {
  const kind = kindsByCode.value.get(code)
  return kind ? (language.value === 'zh' ? kind.title_zh : kind.title_en) : code
}

export function kindAction(code: string): string {
  const kind = kindsByCode.value.get(code)
  return kind ? (language.value === 'zh' ? kind.action_zh : kind.action_en) : ''
}

/** The sentence of a finding, a note or a review in the language of the screen. */
export function sentence(of: { reason_zh: string; reason_en: string }): string {
  return language.value === 'zh' ? of.reason_zh : of.reason_en
}
