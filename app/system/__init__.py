"""The machine room: what runs in the background, how it goes, and what staff can do about it."""
