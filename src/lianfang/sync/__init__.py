"""The phone protocol (docs/develop/sync.md): facts with a verdict each, a snapshot of one's own area."""
