import { createRouter, createWebHistory } from 'vue-router'
import GateScreen from './screens/GateScreen.vue'
import ProgressScreen from './screens/ProgressScreen.vue'
import SettingsScreen from './screens/SettingsScreen.vue'
import SyncScreen from './screens/SyncScreen.vue'
import TipScreen from './screens/TipScreen.vue'
import VisitScreen from './screens/VisitScreen.vue'
import WorkScreen from './screens/WorkScreen.vue'

// Everything comes in one piece: a page that runs on while a new version moves in never misses a part of itself.
export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    { path: '/', name: 'work', component: WorkScreen },
    { path: '/visit/:kind(door|person)/:id(\\d+)', name: 'visit', component: VisitScreen, meta: { bare: true } },
    { path: '/tip/:id(\\d+)', name: 'tip', component: TipScreen, meta: { bare: true } },
    { path: '/gate', name: 'gate', component: GateScreen },
    { path: '/progress', name: 'progress', component: ProgressScreen },
    { path: '/sync', name: 'sync', component: SyncScreen },
    { path: '/settings', name: 'settings', component: SettingsScreen },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
