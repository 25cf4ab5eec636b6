"""Who lives in the village: columns, rules and the few agents. Knows nothing of the village."""
