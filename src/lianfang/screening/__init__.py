"""Screening: campaigns, the work at each door, visits, and what they found."""
