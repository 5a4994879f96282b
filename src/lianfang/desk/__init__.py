"""What the desk keeps for those who work at it: saved views of its tables."""
