import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const WORKER = 'sw.js'
const FONT = /url\(["']?data:font\/woff2;[^,]*base64,([A-Za-z0-9+/=]+)["']?\)/g
const ELSEWHERE = /,?\s*url\(["']?\/\/[^)]+\)\s*format\(["'][^"']+["']\)/g

/** Files of public/ that Vite copies as they are, relative to it. */
function copied(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex').slice(0, 8)

/**
 * The component kit brings its icons as a font written into the styles, and the address of another host beside it. Here
 * the font becomes a file of our own and the address goes: pages load nothing from elsewhere and nothing inlined.
 */
export function ownFonts(): Plugin {
  return {
    name: 'own-fonts',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue
        const styles = typeof file.source === 'string' ? file.source : Buffer.from(file.source).toString('utf8')
        file.source = styles.replace(ELSEWHERE, '').replace(FONT, (_, coded: string) => {
          const source = Buffer.from(coded, 'base64')
          const fileName = `assets/icons-${hash(source)}.woff2`
          this.emitFile({ type: 'asset', fileName, source })
          return `url(${fileName.slice('assets/'.length)})`
        })
      }
    },
  }
}

/** Tells the service worker which files to keep; its version is a hash of them all. */
export function precache(publicDir: string): Plugin {
  return {
    name: 'precache',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const built = Object.values(bundle).filter((file) => file.fileName !== WORKER && !file.fileName.endsWith('.map'))
        const contents = built.map((file) => [file.fileName, hash(file.type === 'chunk' ? file.code : file.source)])
        const own = copied(publicDir).map((name) => [name, hash(readFileSync(join(publicDir, name)))])
        const all = [...contents, ...own].sort(([one = ''], [other = '']) => (one < other ? -1 : 1))
        const worker = bundle[WORKER]
        if (worker?.type !== 'chunk') throw new Error(`${WORKER} was not built`)
        const listed = { version: hash(JSON.stringify(all) + worker.code), files: all.map(([name]) => name) }
        const before = worker.code
        worker.code = before.replace('__PRECACHE__', JSON.stringify(listed))
        if (worker.code === before) throw new Error(`${WORKER} has no place for its list`)
      },
    },
  }
}
