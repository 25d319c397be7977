"""Routes of the room."""

from flask import Blueprint

bp = Blueprint("carts", __name__, template_folder="templates")
