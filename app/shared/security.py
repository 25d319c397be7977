"""Security headers: a CSP without inline script or style; the admin site gets the nonce its library needs."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, g, request
from flask.wrappers import Response


def csp_nonce() -> str:
    """One nonce a request, for Flask-Admin's own scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def init_app(app: Flask) -> None:
    """Set the headers on every answer; HSTS only where PUBLIC_URL says https."""
    gateway = urlsplit(app.config["ALIPAY_GATEWAY"])
    providers = [urlsplit(terms["url"]) for terms in app.config["OAUTH_PROVIDERS"].values() if terms["url"]]
    elsewhere = sorted({f"{each.scheme}://{each.netloc}" for each in (gateway, *providers)})
    picture_hosts = sorted({_origin(app.config[name]) for name in ("MEDIA_URL", "UPLOADS_URL")} - {""})
    shop = {
        "default-src": "'self'",
        "img-src": " ".join(("'self'", "data:", *picture_hosts)),
        "object-src": "'none'",
        "base-uri": "'self'",
        "frame-ancestors": "'none'",
        # a form that ends in a redirect to the cashier, or to who knows our shoppers, counts as submitted there
        "form-action": " ".join(("'self'", *elsewhere)),
    }

    @app.after_request
    def set_headers(response: Response) -> Response:
        policy = _admin_policy(shop) if request.path.startswith("/admin/") else shop
        headers = response.headers
        headers.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items()))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
        if app.config["HTTPS"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response


def _origin(url: str) -> str:
    """Scheme and host of an address elsewhere; empty for a path of this site."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _admin_policy(shop: dict[str, str]) -> dict[str, str]:
    return {
        **shop,
        "script-src": f"'self' 'nonce-{csp_nonce()}'",
        "style-src": "'self' 'unsafe-inline'",
        # Flask-Admin asks before it deletes in onclick=: blocked, it would delete without asking
        "script-src-attr": "'unsafe-inline'",
    }
