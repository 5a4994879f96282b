"""Lists coming in through the browser, staying for a time, and going again."""
