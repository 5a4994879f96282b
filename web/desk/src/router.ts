import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router'
import { currentUser, may } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean
    title?: string
  }
}

const inRun: RouteRecordRaw[] = [
  { path: '', name: 'overview', component: () => import('./screens/OverviewScreen.vue'), meta: { title: 'nav.overview' } },
  { path: 'findings', name: 'findings', component: () => import('./screens/FindingsScreen.vue'), meta: { title: 'nav.findings' } },
  { path: 'people', name: 'run-people', component: () => import('./screens/PeopleScreen.vue'), meta: { title: 'nav.people' } },
  { path: 'people/:person(\\d+)', name: 'person', component: () => import('./screens/PersonScreen.vue'), meta: { title: 'nav.person' } },
  { path: 'work', name: 'work', component: () => import('./screens/WorkScreen.vue'), meta: { title: 'nav.work' } },
  { path: 'lists', name: 'lists', component: () => import('./screens/ListsScreen.vue'), meta: { title: 'nav.lists' } },
]

const routes: RouteRecordRaw[] = [
  { path: '/welcome', name: 'welcome', component: () => import('./screens/WelcomeScreen.vue'), meta: { open: true, title: 'welcome.title' } },
  { path: '/sign-in', name: 'sign-in', component: () => import('./screens/SignInScreen.vue'), meta: { open: true, title: 'signIn.title' } },
  { path: '/join', name: 'join', component: () => import('./screens/JoinScreen.vue'), meta: { open: true, title: 'join.title' } },
  {
    path: '/',
    component: () => import('./shell/DeskShell.vue'),
    children: [
      { path: '', name: 'home', component: () => import('./screens/RunsScreen.vue'), meta: { title: 'nav.runs' } },
      { path: 'runs', name: 'runs', component: () => import('./screens/RunsScreen.vue'), meta: { title: 'nav.runs' } },
      { path: 'runs/:run(\\d+)', children: inRun },
      { path: 'changes', name: 'changes', component: () => import('./screens/ChangesScreen.vue'), meta: { title: 'nav.changes' } },
      { path: 'places', name: 'places', component: () => import('./screens/PlacesScreen.vue'), meta: { title: 'nav.places' } },
      { path: 'places/coverage', name: 'coverage', component: () => import('./screens/CoverageScreen.vue'), meta: { title: 'nav.coverage' } },
      { path: 'places/manage', name: 'territory', component: () => import('./screens/TerritoryScreen.vue'), meta: { title: 'nav.territory' } },
      { path: 'places/compounds/:compound(\\d+)', name: 'compound', component: () => import('./screens/CompoundScreen.vue'), meta: { title: 'nav.compound' } },
      { path: 'mine', name: 'mine', component: () => import('./screens/MineScreen.vue'), meta: { title: 'nav.mine' } },
      { path: 'people', name: 'people', component: () => import('./screens/PeopleScreen.vue'), meta: { title: 'nav.people' } },
      { path: 'people/:uid(\\d+)', name: 'dossier', component: () => import('./screens/DossierScreen.vue'), meta: { title: 'nav.person' } },
      { path: 'people/:uid(\\d+)/print', name: 'dossier-print', component: () => import('./screens/DossierPrintScreen.vue'), meta: { title: 'nav.person' } },
      { path: 'imports', name: 'imports', component: () => import('./screens/ImportsScreen.vue'), meta: { title: 'nav.imports' } },
      { path: 'imports/:import(\\d+)', name: 'import', component: () => import('./screens/ImportScreen.vue'), meta: { title: 'nav.import' } },
      { path: 'risk', name: 'risk', component: () => import('./screens/RiskScreen.vue'), meta: { title: 'nav.risk' } },
      { path: 'measures', name: 'measures', component: () => import('./screens/MeasuresScreen.vue'), meta: { title: 'nav.measures' } },
      { path: 'review', name: 'review', component: () => import('./screens/ReviewScreen.vue'), meta: { title: 'nav.review' } },
      { path: 'screenings', name: 'screenings', component: () => import('./screens/ScreeningsScreen.vue'), meta: { title: 'nav.screenings' } },
      { path: 'screenings/:screening(\\d+)', name: 'screening', component: () => import('./screens/ScreeningScreen.vue'), meta: { title: 'nav.screening' } },
      { path: 'visits/:visit([0-9a-f-]+)', name: 'visit', component: () => import('./screens/VisitScreen.vue'), meta: { title: 'nav.visit' } },
      { path: 'contradictions', name: 'contradictions', component: () => import('./screens/ContradictionsScreen.vue'), meta: { title: 'nav.contradictions' } },
      { path: 'refused', name: 'refused', component: () => import('./screens/RefusedScreen.vue'), meta: { title: 'nav.refused' } },
      { path: 'gate-plans', name: 'gate-plans', component: () => import('./screens/GatePlansScreen.vue'), meta: { title: 'nav.gate-plans' } },
      { path: 'gate-plans/:plan(\\d+)', name: 'gate-plan', component: () => import('./screens/GatePlanScreen.vue'), meta: { title: 'nav.gate-plan' } },
      { path: 'gates', name: 'gate-register', component: () => import('./screens/GateRegisterScreen.vue'), meta: { title: 'nav.gate-register' } },
      { path: 'gates/alerts', name: 'gate-alerts', component: () => import('./screens/GateAlertsScreen.vue'), meta: { title: 'nav.gate-alerts' } },
      { path: 'tips', name: 'tips', component: () => import('./screens/TipsScreen.vue'), meta: { title: 'nav.tips' } },
      { path: 'passes', name: 'passes', component: () => import('./screens/PassesScreen.vue'), meta: { title: 'nav.passes' } },
      { path: 'passes/rules', name: 'pass-rules', component: () => import('./screens/PassRulesScreen.vue'), meta: { title: 'nav.passRules' } },
      { path: 'objections', name: 'objections', component: () => import('./screens/ObjectionsScreen.vue'), meta: { title: 'nav.objections' } },
      { path: 'reports', name: 'reports', component: () => import('./screens/ReportsScreen.vue'), meta: { title: 'nav.reports' } },
      { path: 'reports/links', name: 'report-links', component: () => import('./screens/ReportLinksScreen.vue'), meta: { title: 'nav.reportLinks' } },
      { path: 'jobs', name: 'jobs', component: () => import('./screens/JobsScreen.vue'), meta: { title: 'nav.jobs' } },
      { path: 'tokens', name: 'tokens', component: () => import('./screens/TokensScreen.vue'), meta: { title: 'nav.tokens' } },
      { path: 'audit', name: 'audit', component: () => import('./screens/AuditScreen.vue'), meta: { title: 'nav.audit' } },
      { path: 'account', name: 'account', component: () => import('./screens/AccountScreen.vue'), meta: { title: 'nav.account' } },
      { path: 'users', name: 'users', component: () => import('./screens/UsersScreen.vue'), meta: { title: 'nav.users' } },
      { path: 'users/:user(\\d+)', name: 'user', component: () => import('./screens/UserScreen.vue'), meta: { title: 'nav.users' } },
      { path: ':rest(.*)*', name: 'nowhere', component: () => import('./screens/NowhereScreen.vue'), meta: { title: 'nowhere.title' } },
    ],
  },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
})

router.beforeEach(async (to: RouteLocationNormalized) => {
  if (to.meta.open) return true
  const known = await currentUser()
  // Nothing else answers until the second factor is there that the role demands.
  if (known?.second_factor === 'required' && to.name !== 'account') return { name: 'account' }
  if (known) return to.name === 'home' && !may('run.view') && may('audit.view') ? { name: 'audit' } : true
  return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
})
