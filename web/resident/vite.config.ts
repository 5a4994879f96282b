import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// During development the page comes from Vite and the data from a running `lianfang serve`.
const server = process.env.LIANFANG_SERVER ?? 'http://127.0.0.1:8000'

export default defineConfig({
  base: '/r/',
  plugins: [vue()],
  build: {
    // Phones of 2018 and later: residents do not buy a new one to fill in a form.
    target: ['es2019', 'chrome64', 'safari12'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': server } },
})
