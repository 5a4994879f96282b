"""The phone protocol: facts with a verdict each, a snapshot of one's own area, what was refused (docs/develop/sync.md)."""
