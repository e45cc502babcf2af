"""Rows of residents: contacts, their numbers, proofs, consents and files."""
