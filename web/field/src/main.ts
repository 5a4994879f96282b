import 'vant/lib/index.css'
import './field.css'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n, language, setLanguage } from './i18n'
import * as phone from './phone'
import { router } from './router'
import { register } from './update'

setLanguage(language.value)
const app = createApp(App).use(i18n).use(router)
app.config.globalProperties.$phone = phone
app.mount('#app')
void phone.start()
register()
