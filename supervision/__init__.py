"""How work that runs by itself is started: what it raises is seen and its work settled. Imports no other room."""
