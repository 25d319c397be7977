"""Proof as commands."""
