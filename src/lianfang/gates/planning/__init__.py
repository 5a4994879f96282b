"""The gate plan as people decide it: the map, the comparison, what residents say, what is closed until when."""
