"""A bare application with the sandbox and a tiny shop in it, both behind real servers on loopback."""

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alipay import AliPay
from flask import Flask, jsonify, redirect, request
from werkzeug.serving import make_server

from app.sandbox import desk, routes
from app.sandbox.keys import Keys, ensure_keys
from app.shared import clock, language
from tests.sandbox.shop import APP_ID, MAX_SPEED, SELLER_ID, Shop


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two RSA pairs are slow to make: once a session."""
    folder = tmp_path_factory.mktemp("keys")
    ensure_keys(folder)
    return folder


@pytest.fixture
def instance(tmp_path: Path, key_folder: Path) -> Path:
    shutil.copytree(key_folder, desk.keys_folder(tmp_path))
    return tmp_path


@pytest.fixture
def keys(instance: Path) -> Keys:
    return ensure_keys(desk.keys_folder(instance))


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def app(instance: Path, keys: Keys, shop: Shop) -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(
        MALL_MODE="test",
        INSTANCE=instance,
        PUBLIC_URL="http://127.0.0.1",
        SANDBOX_SPEED=MAX_SPEED,
        SECRET_KEY="only for tests",
        LANGUAGES={"zh_Hans_CN": "简体中文", "en": "English"},
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        DEMO_MODE=True,
        ALIPAY_APP_ID=APP_ID,
        ALIPAY_SELLER_ID=SELLER_ID,
    )
    language.init_app(app)
    routes.mount(app, app.config)
    app.add_url_rule("/payment/alipay/notify/", "notify", lambda: shop.hear(request.form.to_dict()), methods=["POST"])
    app.add_url_rule("/payment/status/", "status", lambda: "thanks")
    app.add_url_rule("/start/<number>", "start", lambda number: jsonify(code="0", alipay_url=shop.address(number)))
    app.add_url_rule("/start-page/<number>", "start_page", lambda number: redirect(shop.address(number)))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    shop.base = f"http://127.0.0.1:{server.server_port}"
    shop.sdk = AliPay(APP_ID, None, keys.app_private_pem, keys.alipay_public_pem)
    shop.sdk._gateway = shop.gateway
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield app
    app.extensions["sandbox"].sender.stop()
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()


@pytest.fixture
def sdk(app: Flask, shop: Shop) -> AliPay:
    assert shop.sdk is not None
    return shop.sdk


@pytest.fixture
def open_cashier(client: Any, shop: Shop) -> Callable[..., str]:
    """Open a pay address as a browser does; the path of the cashier."""

    def opened(number: str, amount: str = "88.80", **over: Any) -> str:
        answer = client.get(shop.address(number, amount, **over).removeprefix(shop.base))
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    return opened


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Move the house's clock."""
    real = clock.now

    def moved(by: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: real() + by)

    return moved
