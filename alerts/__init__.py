"""Use cases of the town: compose, preview, send, steer and end alerts, and report on them."""
