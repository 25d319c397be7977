"""Security headers: a CSP without inline script or style, in the shop and in the admin site."""

from urllib.parse import urlsplit

from flask import Flask
from flask.wrappers import Response


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
        headers = response.headers
        headers.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in shop.items()))
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
