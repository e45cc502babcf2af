"""Plan, pace, place, listen, record: everyone concerned is rung, and what became of each call is stored."""
