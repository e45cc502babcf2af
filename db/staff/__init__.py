"""Rows of those who run it: the journal."""
