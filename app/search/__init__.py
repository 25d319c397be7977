"""Find goods by words."""
