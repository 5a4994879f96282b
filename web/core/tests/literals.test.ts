import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { NodeTypes, type RootNode, type TemplateChildNode } from '@vue/compiler-core'
import { parse } from '@vue/compiler-sfc'
import { describe, expect, it } from 'vitest'

// Words belong in the catalogues: a component holds none, neither between its tags nor in what a reader is told.
const SPOKEN = new Set(['title', 'label', 'placeholder', 'alt', 'aria-label', 'aria-description', 'description', 'content'])
const WORD = /\p{L}/u
const HAN = /\p{Script=Han}/u

export function literals(source: string): string[] {
  const { descriptor } = parse(source)
  const found: string[] = []
  const walk = (node: RootNode | TemplateChildNode): void => {
    if (node.type === NodeTypes.TEXT && WORD.test(node.content)) found.push(node.content.trim())
    if (node.type === NodeTypes.ELEMENT) {
      for (const property of node.props) {
        if (property.type === NodeTypes.ATTRIBUTE && SPOKEN.has(property.name) && WORD.test(property.value?.content ?? '')) {
          found.push(`${property.name}="${property.value?.content}"`)
        }
      }
    }
    if ('children' in node) for (const child of node.children) if (typeof child === 'object') walk(child as TemplateChildNode)
  }
  if (descriptor.template?.ast) walk(descriptor.template.ast)
  const script = `${descriptor.scriptSetup?.content ?? ''}${descriptor.script?.content ?? ''}`
  for (const line of script.split('\n')) if (HAN.test(line)) found.push(line.trim())
  return found
}

describe('components', () => {
  const root = join(import.meta.dirname, '../..')
  const files = ['core/src', 'desk/src', 'field/src', 'resident/src'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.name.endsWith('.vue'))
      .map((entry) => join(entry.parentPath, entry.name)),
  )

  it.each(files)('%s holds no literal text', (file) => {
    expect(literals(readFileSync(file, 'utf8'))).toEqual([])
  })

  it('and the check sees one where there is one', () => {
    expect(literals('<template><p title="Bad">坏</p></template>')).toEqual(['title="Bad"', '坏'])
    expect(literals('<template><p :title="t(\'a\')">{{ t(\'b\') }} · 3</p></template>')).toEqual([])
  })
})
