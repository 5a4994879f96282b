"""The six lists that the subdistrict's offices and residents send in, each with the errors of its writers."""
