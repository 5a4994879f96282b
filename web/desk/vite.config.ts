import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// During development the pages come from Vite and the data from a running `lianfang serve`.
const server = process.env.LIANFANG_SERVER ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue()],
  build: {
    target: 'es2022',
    // Everything is served by ourselves under a strict policy: no inlined data, no inlined scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': server } },
})
