"""create_app: a list to read, top to bottom."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import wiring
from app.account import cli as account_cli
from app.account import routes as account
from app.aftersales import cli as aftersales_cli
from app.aftersales import routes as aftersales
from app.aftersales import subscribers as aftersales_subscribers
from app.areas import cli as areas_cli
from app.areas import routes as areas
from app.backoffice import site
from app.bench import chaos as bench_chaos
from app.bench import cli as bench_cli
from app.carts import context as carts_context
from app.carts import routes as carts
from app.contents import cli as contents_cli
from app.contents import context as contents_context
from app.contents import routes as contents
from app.dashboard import cli as dashboard_cli
from app.goods import cli as goods_cli
from app.goods import routes as goods
from app.goods import subscribers as goods_subscribers
from app.oauth import context as oauth_context
from app.oauth import routes as oauth
from app.orders import cli as orders_cli
from app.orders import routes as orders
from app.outbox import cli as outbox_cli
from app.payment import cli as payment_cli
from app.payment import routes as payment
from app.pictures import cli as pictures_cli
from app.pictures import routes as pictures
from app.reviews import cli as reviews_cli
from app.reviews import routes as reviews
from app.search import cli as search_cli
from app.search import context as search_context
from app.search import routes as search
from app.search import subscribers as search_subscribers
from app.shared import cache, filters, jobs, kept_pages, language, limits, log, redis, security, sweeps, web
from app.shared.db import db, end_sessions_quietly, install_mariadb_hooks, install_sqlite_hooks
from app.shared.extensions import csrf, migrate
from app.shared.methods import MethodOverride
from app.system import cli as system_cli
from app.system import subscribers as system_subscribers
from app.users import cli as users_cli
from app.users import routes as users
from app.users import session as users_session
from app.users import subscribers as users_subscribers
from app.verifications import cli as verifications_cli
from app.verifications import routes as verifications

ROOMS = (
    account,
    aftersales,
    areas,
    carts,
    contents,
    goods,
    oauth,
    orders,
    payment,
    pictures,
    reviews,
    search,
    users,
    verifications,
)
# rooms that listen to news from below: importing them is their whole start
LISTENERS = (aftersales_subscribers, goods_subscribers, search_subscribers, system_subscribers, users_subscribers)
COMMANDS = (
    account_cli,
    aftersales_cli,
    areas_cli,
    bench_chaos,
    bench_cli,
    contents_cli,
    dashboard_cli,
    goods_cli,
    orders_cli,
    outbox_cli,
    payment_cli,
    pictures_cli,
    reviews_cli,
    search_cli,
    system_cli,
    users_cli,
    verifications_cli,
)


def create_app(settings: Mapping[str, Any]) -> Flask:
    """The whole mall for one set of settings (config.from_environ, or a test's)."""
    app = Flask("app")
    app.config.from_mapping(settings)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.jinja_env.undefined = StrictUndefined
    app.url_map.redirect_defaults = False  # /orders/info/1/ answers itself
    _extensions(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    for commands in COMMANDS:
        app.cli.add_command(commands.cli)
    app.cli.add_command(sweeps.cli)
    wiring.wire(app)
    site.build(app)
    app.wsgi_app = MethodOverride(app.wsgi_app)  # type: ignore[method-assign]
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _extensions(app: Flask) -> None:
    log.init_app(app)
    db.init_app(app)
    end_sessions_quietly(app)
    with app.app_context():
        install_sqlite_hooks(db.engine)
        install_mariadb_hooks(db.engine)
    migrate.init_app(app, db, directory="migrations", render_as_batch=True)
    redis.init_app(app)
    limits.init_app(app)
    jobs.init_app(app)
    cache.init_app(app)
    csrf.init_app(app)
    kept_pages.init_app(app)
    language.init_app(app)
    filters.init_app(app)
    security.init_app(app)
    users_session.init_app(app)
    contents_context.init_app(app)
    carts_context.init_app(app)
    search_context.init_app(app)
    oauth_context.init_app(app)
    web.init_app(app)
