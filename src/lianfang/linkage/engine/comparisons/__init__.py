"""The kinds of evidence, by the name that a model file uses."""
