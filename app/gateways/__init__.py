"""Doors to the outside: ports here, adapters beside them, the choice in app/wiring.py."""
