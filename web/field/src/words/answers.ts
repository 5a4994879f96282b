/** Answers that are offered to tap; what is sent are the words as read, for people read them. */
export const HAZARDS = ['gas', 'wiring', 'charging', 'exit', 'crowded', 'sublet', 'damage'] as const
export const NEEDS = ['food', 'medicine', 'care', 'visit', 'income', 'pets', 'baby'] as const
export const RELATIONS = ['head', 'spouse', 'child', 'parent', 'grandchild', 'sibling', 'relative', 'tenant', 'other'] as const
