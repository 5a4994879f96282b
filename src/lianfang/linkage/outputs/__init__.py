"""Findings written as files: CSV, work list, summary and report. No Django."""
