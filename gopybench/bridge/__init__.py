"""Go and asv: knows nothing of persons and works for any Go module."""
