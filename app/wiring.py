"""Which adapter stands behind each door, by setting; and whether the sandbox stands for the outside world."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from app.gateways.doors import Gateways, open_doors
from app.gateways.identity import IdentityProvider
from app.gateways.identity.oauth2 import Endpoints, PlainOAuth2
from app.gateways.identity.qq import QQ
from app.gateways.images import ImageStore
from app.gateways.images.local import LocalImages
from app.gateways.images.s3 import Bucket, S3Images
from app.gateways.mail import Mailer
from app.gateways.mail.inbox import InboxMailer
from app.gateways.mail.smtp import SmtpMailer
from app.gateways.payment import PaymentGateway
from app.gateways.payment.alipay import AlipayGateway
from app.gateways.search.embedded import EmbeddedIndex
from app.gateways.sms import SmsSender, alibaba, yuntongxun
from app.gateways.sms.alibaba import AlibabaSms
from app.gateways.sms.closed import ClosedSms
from app.gateways.sms.inbox import InboxSms
from app.gateways.sms.yuntongxun import YuntongxunSms
from app.sandbox import keys as sandbox_keys
from app.sandbox import routes as sandbox_routes
from app.shared.extensions import csrf


def wire(app: Flask) -> None:
    """In demo and test mount the sandbox; open the doors."""
    if app.config["MALL_MODE"] != "production":
        sandbox_routes.mount(app, app.config)
        csrf.exempt(sandbox_routes.bp)  # it stands for other people's servers
    open_all(app)


def open_all(app: Flask) -> None:
    """One adapter behind each door, as the settings say now."""
    keys: sandbox_keys.Keys | None = None
    if app.config["MALL_MODE"] != "production":
        keys = sandbox_keys.ensure_keys(Path(app.config["INSTANCE"]) / "sandbox-keys")
    doors = Gateways(
        payment=_payment(app, keys),
        sms=_sms(app, keys),
        mail=_mail(app, keys),
        search=EmbeddedIndex(Path(app.config["INSTANCE"]) / "search"),
        images=_images(app.config),
        identity=_identity(app.config),
    )
    open_doors(app, doors)


def _images(config: Mapping[str, Any]) -> ImageStore:
    if config["IMAGE_STORE"] == "s3":
        return S3Images(Bucket(**config["S3"]), config["UPLOADS_URL"])
    instance = Path(config["INSTANCE"])
    return LocalImages(instance / "media", instance / "private-media", config["UPLOADS_URL"])


def _payment(app: Flask, keys: sandbox_keys.Keys | None) -> PaymentGateway:
    config = app.config
    private, public = config["ALIPAY_APP_PRIVATE_KEY_FILE"], config["ALIPAY_PUBLIC_KEY_FILE"]
    return AlipayGateway(
        gateway=config["ALIPAY_GATEWAY"],
        app_id=config["ALIPAY_APP_ID"],
        seller_id=config["ALIPAY_SELLER_ID"],
        app_private_key=Path(private).read_text() if private or keys is None else keys.app_private_pem,
        alipay_public_key=Path(public).read_text() if public or keys is None else keys.alipay_public_pem,
        notify_url=f"{config['PUBLIC_URL']}/payment/alipay/notify/",
        return_url=f"{config['PUBLIC_URL']}/payment/status/",
    )


def _sms(app: Flask, keys: sandbox_keys.Keys | None) -> SmsSender:
    config, door = app.config, app.config["SMS_DOOR"]
    if door == "inbox" and keys is not None:
        return InboxSms(config["SANDBOX_URL"], keys.inbox_token)
    if door == "yuntongxun":
        return YuntongxunSms(yuntongxun.Account(**config["YUNTONGXUN"]))
    if door == "alibaba":
        return AlibabaSms(alibaba.Account(**config["ALIBABA_SMS"]))
    return ClosedSms()


def _mail(app: Flask, keys: sandbox_keys.Keys | None) -> Mailer:
    if app.config["MAIL_DOOR"] == "inbox" and keys is not None:
        return InboxMailer(app.config["SANDBOX_URL"], keys.inbox_token)
    return SmtpMailer(app)


def _identity(config: Mapping[str, Any]) -> dict[str, IdentityProvider]:
    """Providers by name; one without an address is the sandbox's, of which production has none."""
    found: dict[str, IdentityProvider] = {}
    for name, terms in config["OAUTH_PROVIDERS"].items():
        url = terms["url"] or f"{config['PUBLIC_URL']}/sandbox/{name}"
        if terms["kind"] == "qq":
            found[name] = QQ(url, terms["client_id"], terms["client_secret"])
            continue
        addresses = {f"{which}_url": url + terms[which] for which in ("authorize", "token", "user")}
        rest = ("title", "client_id", "client_secret", "scope", "id_field", "name_field", "bearer_in")
        found[name] = PlainOAuth2(Endpoints(**addresses, **{field: terms[field] for field in rest}))
    return found
