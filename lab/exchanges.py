"""Telephone exchanges, the second three digits of a number, in which residents can live."""

EXCHANGES = [each for each in range(200, 1000) if each % 100 != 11]
"""Of the North American plan: those in 11 are services, such as 211."""
