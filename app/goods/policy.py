"""Numbers and words of the catalogue."""

HOT_LENGTH = 5
