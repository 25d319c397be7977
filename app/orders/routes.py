"""Routes of the room."""

from flask import Blueprint

bp = Blueprint("orders", __name__, template_folder="templates")
