"""The streets of the town: a file of them, and which sector an address is in."""
