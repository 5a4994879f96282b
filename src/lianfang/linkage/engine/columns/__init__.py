"""Lists in any language: columns found by their headers, values cleaned as a model file says."""
