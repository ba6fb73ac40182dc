"""What desks sign: the acts, one file for each kind of record, and how each is folded into the tables."""
