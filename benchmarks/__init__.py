"""Our solver beside others, on the same work, at the same achieved error."""
