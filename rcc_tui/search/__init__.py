"""Find places from a few mistyped words: parse the query, spell it, match bitsets, rank."""
