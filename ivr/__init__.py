"""What callers hear. Each script reads top to bottom as the call goes; a hang-up is caught once, in app.py."""
