"""Residents and landlords report themselves, without an account: links, what they said, what became of it."""
