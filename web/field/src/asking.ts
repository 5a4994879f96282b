import { shallowRef } from 'vue'

export interface Question {
  title?: string
  message: string
  yes: string
  answer: (yes: boolean) => void
}

/** What is being asked just now. */
export const question = shallowRef<Question>()

/** Ask before something that cannot be taken back; true when the user wants it. */
export function confirmed(asked: Omit<Question, 'answer'>): Promise<boolean> {
  question.value?.answer(false)
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer: (yes) => {
        question.value = undefined
        resolve(yes)
      },
    }
  })
}
