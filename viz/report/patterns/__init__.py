"""The report of the patterns."""
