"""Settings, read once from the environment. Nobody else reads it; an unsafe one stops the start with one sentence."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MODES = ("demo", "test", "production")
SMS_DOORS = ("none", "yuntongxun", "alibaba", "inbox")
IMAGE_STORES = ("local", "s3")
STOCK_GUARDS = ("conditional", "pessimistic", "optimistic", "queue")  # the first is the default (docs/adr/0011)
POOL_SIZE = 20  # of a process; a thread beyond it would connect anew for each transaction
SOCKET_LIMIT = 100  # bytes; the kernel refuses unix socket paths over 107

# shown on the console and on the sign-in page of a demo, which only this machine can reach
DEMO_ACCOUNTS = {"shopper": ("lily", "lily-buys-shoes"), "staff": ("tom", "tom-runs-the-mall")}
# the second factor of the demo's staff: whoever reads this can compute its codes, /sandbox/totp.json does
DEMO_TOTP_SECRET = "MEIDUOMALLDEMOMEIDUOMALLDEMO2345"  # noqa: S105  published on purpose


class BadSetting(Exception):
    """A setting is missing or unsafe; the text is one sentence for the person who starts the mall."""


def redis_socket(instance: Path) -> Path:
    """Where the embedded Redis of this instance listens; a deep folder gets a short path of its own."""
    path = instance.resolve() / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"meiduo-{os.getuid()}-{digest}" / "redis.sock"


def kept_secret(instance: Path) -> str:
    """The demo's own signing key: made at the first start, kept in the instance folder, never in git."""
    path = instance / "secret_key"
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=instance, prefix=".secret")  # mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)  # whole or not at all, and the first of several processes wins
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    kept = path.read_text().strip()
    if len(kept) < 32:
        raise BadSetting(f"{path} holds no key: delete it and start again")
    return kept


def database_url(given: str, instance: Path) -> str:
    """SQLAlchemy's form of DATABASE_URL; without one, SQLite in the instance folder."""
    if not given:
        return f"sqlite:///{instance.resolve() / 'mall.db'}"
    for plain in ("mysql://", "mariadb://"):
        if given.startswith(plain):
            given = "mysql+pymysql://" + given.removeprefix(plain)
    if given.startswith(("mysql+pymysql://", "mysql+mysqldb://")) and "charset=" not in given:
        given += ("&" if "?" in given else "?") + "charset=utf8mb4"
    return given


def engine_options(url: str) -> dict[str, Any]:
    """MariaDB runs READ COMMITTED engine-wide: a lock must see what others committed, and gap locks only deadlock."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}, "pool_size": POOL_SIZE, "max_overflow": 10}
    return {
        "isolation_level": "READ COMMITTED",
        "pool_reset_on_return": None,  # app.shared.db does it, and asks old connections whether they live
        "pool_recycle": 1800,
        "pool_size": POOL_SIZE,
        "max_overflow": 10,
    }


class Environment:
    """Typed reads of the environment with a sentence for what does not parse."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def number(self, name: str, default: int) -> int:
        given = self.text(name, str(default))
        if not given.lstrip("-").isdigit():
            raise BadSetting(f"{name} must be a whole number, not {given!r}")
        return int(given)

    def decimal_text(self, name: str, default: str) -> str:
        given = self.text(name, default)
        whole, _, cents = given.partition(".")
        if not whole.isdigit() or (cents and not cents.isdigit()) or len(cents) > 2:
            raise BadSetting(f"{name} must be an amount such as 10.00, not {given!r}")
        return given

    def one_of(self, name: str, words: tuple[str, ...]) -> str:
        given = self.text(name, words[0])
        if given not in words:
            raise BadSetting(f"{name} must be one of {', '.join(words)}, not {given!r}")
        return given

    def flag(self, name: str, default: bool = False) -> bool:
        given = self.text(name).lower()
        return default if not given else given in {"1", "true", "yes", "on"}


def from_environ(values: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every setting of the mall as Flask wants them: a flat mapping of capitals."""
    env = Environment(os.environ if values is None else values)
    mode = env.text("MALL_MODE", "demo")
    if mode not in MODES:
        raise BadSetting(f"MALL_MODE must be one of {', '.join(MODES)}, not {mode!r}")
    instance = Path(env.text("INSTANCE", "./instance")).absolute()
    try:
        instance.mkdir(parents=True, exist_ok=True)
        # a demo keeps its key; production must be given one
        secret = env.text("SECRET_KEY") or (kept_secret(instance) if mode != "production" else "")
    except OSError as problem:
        raise BadSetting(
            f"the instance folder {instance} cannot be written ({problem.strerror}); set INSTANCE"
        ) from None
    port = env.number("PORT", 8000)
    public_url = env.text("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    url = database_url(env.text("DATABASE_URL"), instance)
    settings = {
        "MALL_MODE": mode,
        "DEMO_MODE": mode != "production",
        "TESTING": mode == "test",
        "INSTANCE": instance,
        "SECRET_KEY": secret,
        "PUBLIC_URL": public_url,
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url),
        "REDIS_URL": env.text("REDIS_URL", f"unix://{redis_socket(instance)}"),
        **_web(env, mode, public_url),
        **_shop(env, mode),
        **_doors(env, mode, public_url),
        **_pictures(env),
        **_identity(env, mode),
    }
    if mode == "production":
        _refuse_unsafe(settings)
    return settings


def _web(env: Environment, mode: str, public_url: str) -> dict[str, Any]:
    https = public_url.startswith("https://")
    return {
        "SESSION_COOKIE_NAME": "meiduo_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "REMEMBER_COOKIE_NAME": "meiduo_remember",
        "REMEMBER_COOKIE_DURATION": timedelta(days=14),
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": https,
        "PREFERRED_URL_SCHEME": "https" if https else "http",
        "HTTPS": https,
        "PROXY_HOPS": env.number("PROXY_HOPS", 0),
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as the session it belongs to
        "WTF_CSRF_CHECK_DEFAULT": True,
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "MAX_FORM_PARTS": 200,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "LANGUAGES": {"zh_Hans_CN": "简体中文", "en": "English"},
        "CACHE_TTL_S": env.number("CACHE_TTL_S", 300),
        "LOG_LEVEL": env.text("LOG_LEVEL", "INFO"),
        "ARGON2_CHEAP": mode == "test",
    }


def _shop(env: Environment, mode: str) -> dict[str, Any]:
    return {
        "DEMO_ACCOUNTS": DEMO_ACCOUNTS if mode != "production" else {},
        "DEMO_TOTP_SECRET": env.text("DEMO_TOTP_SECRET", DEMO_TOTP_SECRET if mode != "production" else ""),
        "PUBLISHED_ACCOUNTS": dict(DEMO_ACCOUNTS.values()),  # production refuses to start while one of them is open
        "LIST_PAGE_SIZE": env.number("LIST_PAGE_SIZE", 20),
        "LISTING_FOLLOW_S": env.number("LISTING_FOLLOW_S", 0 if mode == "test" else 1),
        "MAX_PER_SKU": env.number("MAX_PER_SKU", 5),
        "LOW_STOCK": env.number("LOW_STOCK", 10),
        "FREIGHT": env.decimal_text("FREIGHT", "10.00"),
        "FREIGHT_FREE_FROM": env.text("FREIGHT_FREE_FROM") and env.decimal_text("FREIGHT_FREE_FROM", ""),
        "RECEIPT_DAYS": env.number("RECEIPT_DAYS", 10),
        "REVIEW_DAYS": env.number("REVIEW_DAYS", 15),
        "AFTER_SALES_DAYS": env.number("AFTER_SALES_DAYS", 15),
        "RESERVATION_MINUTES": env.number("RESERVATION_MINUTES", 30),
        "STOCK_GUARD": env.one_of("STOCK_GUARD", STOCK_GUARDS),
        "SMS_PER_MOBILE_PER_DAY": env.number("SMS_PER_MOBILE_PER_DAY", 10),
        "SMS_PER_ADDRESS_PER_HOUR": env.number("SMS_PER_ADDRESS_PER_HOUR", 60),
        "SMS_PER_ADDRESS_PER_DAY": env.number("SMS_PER_ADDRESS_PER_DAY", 300),
        "MAIL_CODES_PER_EMAIL_PER_DAY": env.number("MAIL_CODES_PER_EMAIL_PER_DAY", 10),
        "MAIL_CODES_PER_ADDRESS_PER_HOUR": env.number("MAIL_CODES_PER_ADDRESS_PER_HOUR", 60),
        "MAIL_CODES_PER_ADDRESS_PER_DAY": env.number("MAIL_CODES_PER_ADDRESS_PER_DAY", 300),
        "IMAGE_CODES_PER_ADDRESS_PER_MINUTE": env.number("IMAGE_CODES_PER_ADDRESS_PER_MINUTE", 120),
        "LOOKUPS_PER_ADDRESS_PER_MINUTE": env.number("LOOKUPS_PER_ADDRESS_PER_MINUTE", 60),
        "SIGN_IN_TRIES_PER_ADDRESS_PER_MINUTE": env.number("SIGN_IN_TRIES_PER_ADDRESS_PER_MINUTE", 120),
        "SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE": env.number("SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE", 10),
        "STAFF_IDLE_MINUTES": env.number("STAFF_IDLE_MINUTES", 30),
        "STAFF_PASSWORD_MINUTES": env.number("STAFF_PASSWORD_MINUTES", 10),
    }


def _doors(env: Environment, mode: str, public_url: str) -> dict[str, Any]:
    production = mode == "production"
    own_gateway = f"{public_url}/sandbox/alipay/gateway.do"
    real_gateway = "https://openapi.alipay.com/gateway.do"
    return {
        "SANDBOX_URL": env.text("SANDBOX_URL", public_url),
        "SANDBOX_SPEED": float(env.number("SANDBOX_SPEED", 60)),
        "ALIPAY_GATEWAY": env.text("ALIPAY_GATEWAY", real_gateway if production else own_gateway),
        "ALIPAY_APP_ID": env.text("ALIPAY_APP_ID", "" if production else "2021000000000001"),
        "ALIPAY_SELLER_ID": env.text("ALIPAY_SELLER_ID", "" if production else "2088000000000001"),
        "ALIPAY_APP_PRIVATE_KEY_FILE": env.text("ALIPAY_APP_PRIVATE_KEY_FILE"),
        "ALIPAY_PUBLIC_KEY_FILE": env.text("ALIPAY_PUBLIC_KEY_FILE"),
        "SMS_DOOR": env.one_of("SMS_DOOR", SMS_DOORS if production else ("inbox", *SMS_DOORS)),
        **_sms(env, production),
        "MAIL_DOOR": env.text("MAIL_DOOR", "smtp" if production else "inbox"),
        "MAIL_SERVER": env.text("MAIL_SERVER", "127.0.0.1"),
        "MAIL_PORT": env.number("MAIL_PORT", 25),
        "MAIL_USE_TLS": env.flag("MAIL_USE_TLS"),
        "MAIL_USE_SSL": env.flag("MAIL_USE_SSL"),
        "MAIL_USERNAME": env.text("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": env.text("MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": env.text("MAIL_DEFAULT_SENDER", "美多商城 <noreply@meiduo.example>"),
    }


def _sms(env: Environment, production: bool) -> dict[str, Any]:
    """What the consoles of the SMS providers gave; complete for the one that is chosen."""
    accounts: dict[str, dict[str, str]] = {
        "YUNTONGXUN": {
            "url": env.text("YUNTONGXUN_URL", "https://app.cloopen.com:8883").rstrip("/"),
            "sid": env.text("YUNTONGXUN_SID"),
            "token": env.text("YUNTONGXUN_TOKEN"),
            "app_id": env.text("YUNTONGXUN_APP_ID"),
            "code_template": env.text("YUNTONGXUN_CODE_TEMPLATE", "1"),
            "text_template": env.text("YUNTONGXUN_TEXT_TEMPLATE"),
        },
        "ALIBABA_SMS": {
            "url": env.text("ALIBABA_SMS_URL", "https://dysmsapi.aliyuncs.com").rstrip("/"),
            "key_id": env.text("ALIBABA_SMS_KEY_ID"),
            "key_secret": env.text("ALIBABA_SMS_KEY_SECRET"),
            "sign": env.text("ALIBABA_SMS_SIGN"),
            "code_template": env.text("ALIBABA_SMS_CODE_TEMPLATE"),
            "text_template": env.text("ALIBABA_SMS_TEXT_TEMPLATE"),
        },
    }
    chosen = {"yuntongxun": "YUNTONGXUN", "alibaba": "ALIBABA_SMS"}.get(env.text("SMS_DOOR"), "")
    for field, given in accounts.get(chosen, {}).items():
        if not given and field != "text_template":
            raise BadSetting(f"SMS_DOOR={env.text('SMS_DOOR')} needs {chosen}_{field.upper()}")
        if production and field == "url" and not given.startswith("https://"):
            raise BadSetting(f"production sends no code over plain HTTP: {chosen}_URL must be https://")
    return accounts


def _pictures(env: Environment) -> dict[str, Any]:
    """Where pictures lie and where browsers find them; without an address of its own, a bucket is read by the shop."""
    media_url = env.text("MEDIA_URL", "/media/").rstrip("/") + "/"
    store, public = env.one_of("IMAGE_STORE", IMAGE_STORES), env.text("S3_PUBLIC_URL")
    bucket = {
        "endpoint": env.text("S3_ENDPOINT").rstrip("/"),
        "region": env.text("S3_REGION", "us-east-1"),
        "bucket": env.text("S3_BUCKET"),
        "key_id": env.text("S3_KEY_ID"),
        "key_secret": env.text("S3_KEY_SECRET"),
    }
    if store == "s3":
        for field in ("bucket", "key_id", "key_secret"):
            if not bucket[field]:
                raise BadSetting(f"IMAGE_STORE=s3 needs S3_{field.upper()}")
    away = store == "s3" and public
    return {
        "MEDIA_URL": media_url,
        "IMAGE_STORE": store,
        "S3": bucket,
        "UPLOADS_URL": public.rstrip("/") + "/" if away else media_url,
    }


def _identity(env: Environment, mode: str) -> dict[str, Any]:
    """Sign-in with accounts from elsewhere: name -> terms. An empty `url` is the sandbox's; `kind` is the adapter."""
    production = mode == "production"
    asked = env.text("OAUTH_PROVIDERS", "none" if production else "qq,gitee")
    names = [] if asked == "none" else [name.strip() for name in asked.split(",") if name.strip()]
    if bad := next((name for name in names if not (name.isascii() and name.isidentifier() and len(name) <= 32)), None):
        raise BadSetting(f"OAUTH_PROVIDERS lists short names, such as qq,gitee, not {bad!r}")
    known = {
        "qq": {
            "kind": "qq",
            "url": env.text("QQ_URL", "https://graph.qq.com" if production else "").rstrip("/"),
            "client_id": env.text("QQ_APP_ID", "" if production else "101000001"),
            "client_secret": env.text("QQ_APP_SECRET", "" if production else "sandbox-qq-secret"),
        },
        "gitee": {
            "kind": "oauth2",
            "title": "Gitee",
            "url": env.text("GITEE_URL", "https://gitee.com" if production else "").rstrip("/"),
            "client_id": env.text("GITEE_CLIENT_ID", "" if production else "sandbox-gitee"),
            "client_secret": env.text("GITEE_CLIENT_SECRET", "" if production else "sandbox-gitee-secret"),
            "authorize": "/oauth/authorize",
            "token": "/oauth/token",
            "user": "/api/v5/user",
            "scope": "user_info",
            "id_field": "id",
            "name_field": "name",
            "bearer_in": "uri",
        },
    }
    return {"OAUTH_PROVIDERS": {name: known.get(name) or _plain_oauth2(env, name) for name in names}}


def _plain_oauth2(env: Environment, name: str) -> dict[str, str]:
    """A provider that only its settings know: NAME_URL, NAME_CLIENT_ID and so on."""
    usual = {
        "title": name.capitalize(),
        "url": "",
        "client_id": "",
        "client_secret": "",
        "authorize": "/oauth/authorize",
        "token": "/oauth/token",
        "user": "/api/user",
        "scope": "",
        "id_field": "id",
        "name_field": "name",
        "bearer_in": "header",
    }
    given = {field: env.text(f"{name}_{field}".upper(), default) for field, default in usual.items()}
    for field in ("url", "client_id", "client_secret"):
        if not given[field]:
            raise BadSetting(f"OAUTH_PROVIDERS lists {name}: set {name.upper()}_{field.upper()}")
    return {**given, "url": given["url"].rstrip("/"), "kind": "oauth2"}


def _refuse_demo(settings: Mapping[str, Any]) -> None:
    """Nothing of the sandbox reaches production."""
    if settings["SMS_DOOR"] == "inbox" or settings["MAIL_DOOR"] == "inbox":
        raise BadSetting("production may not deliver to the sandbox inbox: set SMS_DOOR and MAIL_DOOR")
    if "/sandbox/" in settings["ALIPAY_GATEWAY"]:
        raise BadSetting("production may not be paid by the sandbox: unset ALIPAY_GATEWAY")
    if settings["DEMO_TOTP_SECRET"]:
        raise BadSetting("production has no demo staff: unset DEMO_TOTP_SECRET")


def _refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """Production starts with its own key, its own bank account and no sandbox, or not at all."""
    if len(settings["SECRET_KEY"]) < 32:
        raise BadSetting("production needs SECRET_KEY, a random text of at least 32 characters")
    is_rehearsal = urlsplit(settings["PUBLIC_URL"]).hostname in {"127.0.0.1", "localhost", "::1"}
    if not settings["PUBLIC_URL"].startswith("https://") and not is_rehearsal:
        raise BadSetting("production needs PUBLIC_URL, the https:// address under which shoppers reach the mall")
    _refuse_demo(settings)
    for name in ("ALIPAY_APP_ID", "ALIPAY_SELLER_ID", "ALIPAY_APP_PRIVATE_KEY_FILE", "ALIPAY_PUBLIC_KEY_FILE"):
        if not settings[name]:
            raise BadSetting(f"production needs {name}")
    for name, terms in settings["OAUTH_PROVIDERS"].items():
        if not terms["url"].startswith("https://") or "/sandbox/" in terms["url"]:
            raise BadSetting(f"production asks no sandbox who somebody is: {name.upper()}_URL must be https://")
        if not terms["client_id"] or not terms["client_secret"]:
            raise BadSetting(f"production needs the id and the secret that {name} gave, or OAUTH_PROVIDERS without it")
