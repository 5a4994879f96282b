"""Python runs this at its start when this folder is on its path."""

from daywork.clock import follow_if_told

follow_if_told()
