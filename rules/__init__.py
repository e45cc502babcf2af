"""The rules: who is told, when, how often, and what counts as told. Pure: no I/O, no clock, no logging."""
