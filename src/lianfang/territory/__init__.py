"""The territory: a tree of areas from the district down to the grid."""
