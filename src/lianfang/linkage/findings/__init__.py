"""From linked records to findings, one person one file and a work list. Pure Polars, no Django."""
