"""What the commands show on the screen."""
