"""Commands of the room. Those about staff hang here too and live one floor up, in app/staff/cli.py."""

from flask.cli import AppGroup

from app.shared.sweeps import Sweep
from app.users import notices, security_log

FORGET = Sweep("users.forget-old-events", security_log.forget_old, every_s=300)
NOTICES = Sweep("users.stock-notices", notices.sweep, every_s=60)
cli = AppGroup("users", help="Accounts: staff and their roles, and the demo's people.")
