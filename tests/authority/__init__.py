"""Who may change what, on which road, in which state: the table, and how each road is walked."""
