"""Goods in and out as tables: one line a SKU, and a file that was written imports back to no change."""
