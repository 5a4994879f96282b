"""Gates: passes, their keys, withdrawal with a right to object, and what a gate's phone needs to check by itself."""
