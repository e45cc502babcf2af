"""The one store. The only room with SQL."""
