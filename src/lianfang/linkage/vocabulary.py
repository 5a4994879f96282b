"""The kinds of findings in words, for screens."""


def kinds() -> list[dict[str, str]]:
    """code, severity, title and action of every kind in both languages."""
    return []
