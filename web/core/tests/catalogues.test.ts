import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from '../locales/en.json'
import zh from '../locales/zh.json'

type Node = { [key: string]: string | Node }

function flatten(node: Node, prefix = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'string') all.set(prefix + key, value)
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) all.set(inner, text)
  }
  return all
}

const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(vue|ts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

describe('the two catalogues', () => {
  const chinese = flatten(zh)
  const english = flatten(en)

  it('have the same keys', () => {
    expect([...english.keys()]).toEqual([...chinese.keys()])
  })

  it('use the same parameters and leave nothing empty', () => {
    for (const [key, text] of chinese) {
      expect(text.trim(), key).not.toBe('')
      expect(parameters(english.get(key) ?? ''), key).toEqual(parameters(text))
    }
  })

  it('hold every key that the code names', () => {
    const root = join(import.meta.dirname, '../..')
    for (const file of [...sources(join(root, 'core/src')), ...sources(join(root, 'desk/src')), ...sources(join(root, 'resident/src'))]) {
      for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\('([\w.]+)'/g)) expect(chinese.has(key!), `${key} in ${file}`).toBe(true)
    }
  })
})
