/** Why a code is no valid pass. The values are those of src/lianfang/gates/passcode/refusal.py. */
export type Refusal =
  | 'no_pass'
  | 'too_long'
  | 'unreadable'
  | 'algorithm'
  | 'unknown_key'
  | 'withdrawn_key'
  | 'key_elsewhere'
  | 'signature'
  | 'claims'
  | 'not_yet'
  | 'expired'
  | 'other_gate'
  | 'revoked'
  | 'suspended'

/** A code that is refused; `refusal` says why. */
export class RefusedError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal)
  }
}
