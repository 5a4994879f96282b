import 'element-plus/dist/index.css'
import '@lianfang/core/base.css'
import { i18n, language, setLanguage } from '@lianfang/core'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'

setLanguage(language.value)
createApp(App).use(i18n).use(router).mount('#app')
