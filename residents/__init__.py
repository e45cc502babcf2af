"""Use cases of residents, whichever way they come."""
