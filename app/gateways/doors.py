"""The record of open doors that entry points hand to verbs."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app

from app.gateways.identity import IdentityProvider
from app.gateways.images import ImageStore
from app.gateways.mail import Mailer
from app.gateways.payment import PaymentGateway
from app.gateways.search import SearchIndex
from app.gateways.sms import SmsSender


@dataclass(frozen=True)
class Gateways:
    """One adapter behind each door, chosen at start."""

    payment: PaymentGateway
    sms: SmsSender
    mail: Mailer
    search: SearchIndex
    images: ImageStore
    identity: Mapping[str, IdentityProvider]  # by name, in the order of the buttons


def open_doors(app: Flask, doors: Gateways) -> None:
    """Keep the record on the application."""
    app.extensions["meiduo_gateways"] = doors


def gateways() -> Gateways:
    """For routes, tasks and commands; verbs get the one door they need as an argument."""
    doors: Gateways = current_app.extensions["meiduo_gateways"]
    return doors
