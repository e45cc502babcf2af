"""One file per script: what is said, what is keyed in, what is stored."""
