"""The only place where leaves are connected: each gets from here what another one offers."""
