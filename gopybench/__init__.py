"""Go and Python side by side on asv's dashboard: the subject measured and the bridge from Go."""
