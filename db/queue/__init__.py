"""Rows of the dialer: calls that are due, under way and over."""
