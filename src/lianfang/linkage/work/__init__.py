"""Findings as work: who does what until when, and what became of it. Tied to stable keys, so it outlives every run."""
