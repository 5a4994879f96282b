import type { PostDraft } from './parts/PostForm.vue'
import type { Post } from './users'

export function draftOf(): PostDraft {
  return { role: '', everywhere: false, area: undefined, starts: '', ends: '', note: '' }
}

/** A role, and either an area or deliberately the whole territory: nobody is appointed everywhere by forgetting. */
export function isComplete(draft: PostDraft): boolean {
  return draft.role !== '' && (draft.everywhere || draft.area !== undefined)
}

export function postOf(draft: PostDraft): Post {
  return {
    role: draft.role as Post['role'],
    area: draft.everywhere ? null : draft.area,
    starts_on: draft.starts || null,
    ends_on: draft.ends || null,
    note: draft.note,
  }
}
