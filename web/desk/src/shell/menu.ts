/** What the menu under one's name offers besides signing out; an entry with a permission shows to those who hold it. */
export interface MenuEntry {
  name: string // of the route; its label is `nav.NAME`
  permission?: string
  or?: string // another permission that is enough
  href?: string // a page outside the application instead of a route
}

export const MENU: readonly MenuEntry[] = [
  { name: 'review', permission: 'review.decide' },
  { name: 'mine', permission: 'finding.work' },
  { name: 'screenings', permission: 'finding.view' },
  { name: 'tips', permission: 'tip.view' },
  { name: 'gate-register', permission: 'pass.view' },
  { name: 'gate-alerts', permission: 'pass.view', or: 'gate.work' },
  { name: 'passes', permission: 'pass.view' },
  { name: 'gate-plans', permission: 'pass.view' },
  { name: 'reports', permission: 'screening.manage' },
  { name: 'measures', permission: 'person.view' },
  { name: 'risk', permission: 'finding.view' },
  { name: 'changes', permission: 'run.view' },
  { name: 'imports', permission: 'list.import' },
  { name: 'users', permission: 'user.view' },
  { name: 'jobs' },
  { name: 'audit', permission: 'audit.view' },
  { name: 'account' },
  { name: 'tokens' },
  { name: 'apiDocs', href: '/api/docs' },
]
