"""Tips: what people tell a hotline, a chat group, a counter or the residents' page, until it is answered."""
