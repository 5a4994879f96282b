"""Printed things: passes as cards and sheets (PDF). Templates are Typst; letters come from Noto Sans SC."""
