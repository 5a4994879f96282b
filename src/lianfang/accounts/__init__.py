"""Users, their roles and appointments, signing in, one-time links."""
