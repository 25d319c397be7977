"""The room's blueprint; the modules beside this one hang their addresses on it."""

from flask import Blueprint

bp = Blueprint("users", "app.users", template_folder="templates")
