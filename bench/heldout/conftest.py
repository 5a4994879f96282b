"""Makes the scripts of this directory importable in its tests, as they are for one another."""
