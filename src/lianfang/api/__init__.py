"""HTTP only: one router and one file of schemas per app. Reads go to queries, writes to actions."""
