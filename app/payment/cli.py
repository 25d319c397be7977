"""Commands of the room."""

from flask.cli import AppGroup

cli = AppGroup("payment", help="Commands of the room.")
