"""Reports: one file for the office, in both languages, of every kind of job."""
