"""What is on this machine: interpreters, Go toolchains, and what disturbs a measurement."""
