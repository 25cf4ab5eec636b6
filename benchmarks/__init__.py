"""How fast the village lives, how much memory it takes, and what an ordinary Mesa model takes."""
