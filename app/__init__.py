"""Meiduo Mall: rooms on floors; docs/ARCHITECTURE.md shows the house."""
