"""Addresses of accounts; importing the modules is what makes the routes."""

from app.users.routes import account as account
from app.users.routes import addresses as addresses
from app.users.routes import avatars as avatars
from app.users.routes import devices as devices
from app.users.routes import emails as emails
from app.users.routes import favourites as favourites
from app.users.routes import notices as notices
from app.users.routes import passwords as passwords
from app.users.routes import passwords_lost as passwords_lost
from app.users.routes import profile as profile
from app.users.routes import recent as recent
from app.users.routes import sign_in as sign_in
from app.users.routes.blueprint import bp as bp
