"""asv's benchmarks of the Person variants."""
