"""Every text a user sees, as data: one file an area, both languages side by side."""
