"""A seeded synthetic subdistrict of any size, the six lists its offices send, and the truth behind them.

world (territory, households, names, identities) -> lists (with the errors of data/errors.toml)
-> files + truth.
"""
