"""The admin site as a whole."""
