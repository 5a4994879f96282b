"""What one run changes against the run before it."""
