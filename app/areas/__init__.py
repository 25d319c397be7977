"""Provinces, cities and districts."""
