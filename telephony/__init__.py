"""Speaks Asterisk. Knows calls; not whom they are for, nor why."""
