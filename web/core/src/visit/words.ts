export type Channel = 'door' | 'phone' | 'chat' | 'paper'
export type Outcome = 'seen' | 'partly' | 'no_answer' | 'refused' | 'moved' | 'empty' | 'no_such_door'
export type Hour = 'morning' | 'evening' | 'weekend'

export interface NextTry {
  hour?: string
  channel?: string
}

/** Nobody was seen: why. */
export const IN_VAIN = ['no_answer', 'refused', 'moved', 'empty', 'no_such_door'] as const satisfies readonly Outcome[]
export const HOURS = ['morning', 'evening', 'weekend'] as const satisfies readonly Hour[]
/** How somebody can be asked again. */
export const MEANS = ['door', 'phone', 'chat'] as const satisfies readonly Channel[]
export const HERE = ['yes', 'no', 'moved', 'unknown'] as const
export const MODES = ['train', 'flight', 'coach', 'car', 'other'] as const
export const SEXES = ['F', 'M'] as const
/** Answers that are offered to tap; what is sent are the words as read, for people read them. */
export const HAZARDS = ['gas', 'wiring', 'charging', 'exit', 'crowded', 'sublet', 'damage'] as const
export const NEEDS = ['food', 'medicine', 'care', 'visit', 'income', 'pets', 'baby'] as const
export const RELATIONS = ['head', 'spouse', 'child', 'parent', 'grandchild', 'sibling', 'relative', 'tenant', 'other'] as const
/** What every visit may ask of health, whatever the disease. */
export const SYMPTOMS = ['fever', 'cough', 'fatigue', 'sore_throat', 'runny_nose', 'headache', 'muscle_ache', 'breathless', 'diarrhoea', 'rash', 'loss_of_smell'] as const
