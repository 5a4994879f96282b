import '@lianfang/core/base.css'
import './resident.css'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n, language, setLanguage } from './i18n'

setLanguage(language.value)
createApp(App).use(i18n).mount('#app')
