"""A run as one HTML file: it plays in a browser with no Python and no network."""
