"""Which rows of several person lists mean the same person, and why. No web framework in here."""
