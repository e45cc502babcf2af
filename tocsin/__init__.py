"""The program: settings, command line, and the service that wires the rooms."""

import gc

gc.set_threshold(50_000, 20, 50)
"""Little here is a cycle: looking for them at Python's own pace (700) costs a tenth of the time of long lists and of
calls."""
