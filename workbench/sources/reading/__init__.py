"""A file as rows of text under a header, and its cells as numbers, days and instants; nothing here knows a report."""
