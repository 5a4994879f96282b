/** Checking passes without a network. The twin that also signs is src/lianfang/gates/passcode. */
export { openPass, Trust, type TrustedKey } from './check'
export type { Pass } from './claims'
export { RefusedError, type Refusal } from './refusal'
export { openRevocations, openSince, renewed, type Revocations, type Since } from './revocations'
export { judge, STALE, type Asked, type Standing } from './standing'
