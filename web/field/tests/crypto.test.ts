// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { base64url, fromBase64url, random, utf8 } from '../src/crypto/bytes'
import { NO_MISSES, missed, remaining, waitAfter } from '../src/crypto/patience'
import { LEAST_ROUNDS, calibrate, close, isEasy, isPin, makeDataKey, makeDeviceKey, open, WrongPin } from '../src/crypto/pin'
import { seal, sealJson, unseal, unsealJson } from '../src/crypto/seal'
import { makeSigningKey, signerOf } from '../src/crypto/signer'
import { isSigned } from './phone'

describe('sealing', () => {
  it('gives back what was sealed and never seals alike twice', async () => {
    const key = await makeDataKey()
    const sealed = await sealJson(key, { name: '王秀英' }, 'fact:1')
    expect(await unsealJson(key, sealed, 'fact:1')).toEqual({ name: '王秀英' })
    expect(await sealJson(key, { name: '王秀英' }, 'fact:1')).not.toEqual(sealed)
    expect(new TextDecoder().decode(sealed)).not.toContain('王秀英')
  })

  it('does not open in another place, with another key, or altered', async () => {
    const key = await makeDataKey()
    const sealed = await seal(key, utf8('secret'), 'fact:1')
    await expect(unseal(key, sealed, 'fact:2')).rejects.toThrow()
    await expect(unseal(await makeDataKey(), sealed, 'fact:1')).rejects.toThrow()
    const altered = sealed.slice()
    altered[20]! ^= 1
    await expect(unseal(key, altered, 'fact:1')).rejects.toThrow()
  })
})

describe('the PIN', () => {
  it('opens the data key only together with the device key', async () => {
    const [dataKey, deviceKey] = [await makeDataKey(), await makeDeviceKey()]
    const box = await close('271828', dataKey, deviceKey, 1000)
    const sealed = await seal(dataKey, utf8('secret'), 'x')
    expect(await unseal(await open('271828', box, deviceKey), sealed, 'x')).toEqual(utf8('secret'))
    await expect(open('271829', box, deviceKey)).rejects.toThrow(WrongPin)
    await expect(open('271828', box, await makeDeviceKey())).rejects.toThrow(WrongPin)
  })

  it('hands out a data key that cannot be read, and a device key neither', async () => {
    const deviceKey = await makeDeviceKey()
    const key = await open('271828', await close('271828', await makeDataKey(), deviceKey, 1000), deviceKey)
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
    await expect(crypto.subtle.exportKey('raw', deviceKey)).rejects.toThrow()
  })

  it('is stretched by as many rounds as the phone can afford, and never by few', async () => {
    const slow = [0, 60_000]
    expect(await calibrate(() => slow.shift() ?? 0)).toBe(LEAST_ROUNDS)
    const fast = [0, 25]
    expect(await calibrate(() => fast.shift() ?? 0)).toBe(800_000)
  })

  it.each([['123456', true], ['987654', true], ['111111', true], ['271828', false], ['135790', false]])('%s is easy: %s', (pin, easy) => {
    expect(isEasy(pin)).toBe(easy)
  })

  it.each([['12345', false], ['1234567', true], ['12345a', false], ['1234567890123', false]])('%s can be one: %s', (pin, can) => {
    expect(isPin(pin)).toBe(can)
  })
})

describe('wrong PINs', () => {
  it('wait longer and longer, and a right clock is not worth more than a wrong one', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(waitAfter)).toEqual([0, 0, 30, 60, 300, 900, 3600, 3600])
    let misses = NO_MISSES
    for (let time = 1; time <= 4; time++) misses = missed(misses, 1_000_000)
    expect(remaining(misses, 1_000_000)).toBe(60_000)
    expect(remaining(misses, 1_059_000)).toBe(1000)
    expect(remaining(misses, 1_060_000)).toBe(0)
    expect(remaining(misses, 5_000)).toBe(60_000) // the clock was put back
  })
})

describe('signatures', () => {
  it('can be checked by others, with the key that the browser keeps', async () => {
    const dataKey = await makeDataKey()
    const fresh = await makeSigningKey(dataKey)
    expect(fresh.kept.kind).toBe('native')
    expect(fromBase64url(fresh.publicKey)).toHaveLength(32)
    const payload = '{"name":"王秀英"}'
    const sig = await (await signerOf(fresh.kept, dataKey)).sign(payload)
    expect(isSigned({ payload, sig }, fresh.publicKey)).toBe(true)
    expect(isSigned({ payload: payload.replace('英', '莹'), sig }, fresh.publicKey)).toBe(false)
  })

  it('and with a sealed seed, where the browser knows no Ed25519', async () => {
    const dataKey = await makeDataKey()
    const fresh = await makeSigningKey(dataKey, () => Promise.resolve(undefined))
    expect(fresh.kept.kind).toBe('sealed')
    const payload = '{"name":"王秀英"}'
    const sig = await (await signerOf(fresh.kept, dataKey)).sign(payload)
    expect(isSigned({ payload, sig }, fresh.publicKey)).toBe(true)
    await expect(signerOf(fresh.kept, await makeDataKey())).rejects.toThrow()
  })
})

describe('base64url', () => {
  it('goes there and back without signs that an address minds', () => {
    for (const length of [0, 1, 2, 3, 64]) {
      const bytes = random(length)
      expect(base64url(bytes)).toMatch(/^[\w-]*$/)
      expect(fromBase64url(base64url(bytes))).toEqual(bytes)
    }
  })
})
