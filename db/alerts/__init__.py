"""Rows of alerts: plans, deliveries, outcomes."""
