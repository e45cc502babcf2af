"""The program: settings, command line, and the service that wires the rooms."""
