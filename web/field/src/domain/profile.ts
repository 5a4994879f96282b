import type { Asked } from '@lianfang/core/visit'
import type { InjectionKey, Ref } from 'vue'

/** The profile of the visit's campaign; undefined when it names no disease. */
export const ASKED: InjectionKey<Ref<Asked | undefined>> = Symbol('profile')

export const profileIn = (risk: unknown, name: string | undefined): Asked | undefined =>
  name ? (risk as { profiles?: Record<string, Asked> } | undefined)?.profiles?.[name] : undefined
