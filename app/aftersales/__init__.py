"""Goods that come back and money for them."""
