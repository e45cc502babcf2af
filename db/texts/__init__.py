"""Rows of the gateway: texts out and in, and what the carrier said of them."""
