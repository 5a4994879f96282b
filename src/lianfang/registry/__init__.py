"""Persons across all lists and visits: one person, one file, found while typing, registered once."""
