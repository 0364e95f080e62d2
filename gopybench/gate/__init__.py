"""Whether a commit got worse than another: measured in turns, decided with a stated error rate."""
