"""The admin site: one Admin behind StaffIndex; each room brings its views."""

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from app.shared.security import csp_nonce
from app.shared.staff_view import StaffIndex


def build(app: Flask) -> Admin:
    """Mount `/admin/` with the views of every room under their category."""
    admin = Admin(
        app,
        name="美多商城后台",
        index_view=StaffIndex(name="首页", template="admin/index.html"),
        theme=Bootstrap4Theme(base_template="admin/master.html"),
        csp_nonce_generator=csp_nonce,
    )
    return admin
