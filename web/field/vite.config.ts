import { join } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { ownFonts, precache } from './build/precache'

// During development the pages come from Vite and the data from a running `lianfang serve`.
const server = process.env.LIANFANG_SERVER ?? 'http://127.0.0.1:8000'

export default defineConfig({
  base: '/field/',
  plugins: [vue(), ownFonts(), precache(join(import.meta.dirname, 'public'))],
  build: {
    target: 'es2022',
    // Everything is served by ourselves under a strict policy: no inlined data, no inlined scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: { main: join(import.meta.dirname, 'index.html'), sw: join(import.meta.dirname, 'sw/worker.ts') },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: { '/api': server } },
})
