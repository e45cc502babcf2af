"""`make bench`: what Tocsin costs, as ratios taken in one run on this machine. docs/benchmarks.md says what each is."""
