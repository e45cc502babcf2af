"""`tocsin doctor`: tries everything that an alert needs, and says what to fix."""
