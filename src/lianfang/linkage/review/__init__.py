"""The review queue: people decide who is one person, and the current run follows at once. See `grouping`."""
