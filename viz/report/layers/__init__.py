"""The report of a layers job: one file a section."""
