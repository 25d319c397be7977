"""Web entry: gunicorn and `flask` find the mall here."""

import sys

import config
from app.factory import create_app

try:
    settings = config.from_environ()
except config.BadSetting as problem:
    print(f"meiduo: {problem}", file=sys.stderr)
    sys.exit(2)

app = create_app(settings)
