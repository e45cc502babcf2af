"""Who answered: a person or a machine, and when to speak. How it works and what can be tuned:
docs/answering-machines.md."""
