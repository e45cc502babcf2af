"""The running program: wiring, start and stop, health, metrics."""
