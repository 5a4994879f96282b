/** What the menu under one's name leads to: the route's name, and the permission without which it is not shown. */
export const OWN_PLACES: readonly { name: string; needs?: string }[] = [{ name: 'account' }, { name: 'users', needs: 'user.view' }]
