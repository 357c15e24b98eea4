"""The page of imported files: what each one is, what became of its rows, and what can be done about it."""
