"""Alipay's wire rules, written from its documents and not with the library under test: signing, checking, answering."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.shared import clock

STAMP = "%Y-%m-%d %H:%M:%S"

MESSAGES = {
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40004": "Business Failed",
}


class Refusal(Exception):
    """Alipay says no: its code, sub_code and sentence go back on the wire."""

    def __init__(self, code: str, sub_code: str, sub_msg: str) -> None:
        super().__init__(sub_code)
        self.code, self.sub_code, self.sub_msg = code, sub_code, sub_msg

    def fields(self) -> dict[str, object]:
        return {
            "code": self.code,
            "msg": MESSAGES[self.code],
            "sub_code": self.sub_code,
            "sub_msg": self.sub_msg,
        }


def business(sub_code: str, sub_msg: str) -> Refusal:
    """A well-formed call that this trade does not allow (40004)."""
    return Refusal("40004", f"ACQ.{sub_code}", sub_msg)


def stamp(moment: datetime) -> str:
    """China time without a zone, as every Alipay field writes it."""
    return clock.local(moment).strftime(STAMP)


def read_stamp(text: str) -> datetime:
    """The aware moment behind a China time text; ValueError when it is none."""
    return datetime.strptime(text, STAMP).replace(tzinfo=clock.SHANGHAI)


def string_to_sign(fields: Mapping[str, str], without: frozenset[str]) -> bytes:
    """key=value pairs sorted by key, joined with &, not url-encoded; empty values do not count."""
    pairs = sorted((key, value) for key, value in fields.items() if key not in without and value != "")
    return "&".join(f"{key}={value}" for key, value in pairs).encode()


REQUEST = frozenset({"sign"})  # a request keeps sign_type in the signed text
NOTICE = frozenset({"sign", "sign_type"})  # notices and returns leave both out


@lru_cache(maxsize=8)
def _private(pem: str) -> rsa.RSAPrivateKey:
    """Reading a private key checks its primes, which takes longer than a signature: once is enough."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the sandbox signs with RSA only")
    return key


def sign(message: bytes, private_pem: str) -> str:
    """RSA2 (SHA256withRSA, PKCS#1 v1.5) as base64 without line breaks."""
    key = _private(private_pem)
    return base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode("ascii")


def is_signed(message: bytes, signature: str, public_pem: str) -> bool:
    """Whether the owner of this public key signed exactly these bytes."""
    key = serialization.load_pem_public_key(public_pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("the sandbox checks RSA only")
    try:
        key.verify(base64.b64decode(signature, validate=True), message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def signed_notice(fields: Mapping[str, str], private_pem: str) -> dict[str, str]:
    """The fields of a notice or return with sign_type and sign; empty values are left out."""
    signature = sign(string_to_sign(fields, NOTICE), private_pem)
    return {key: value for key, value in fields.items() if value != ""} | {"sign_type": "RSA2", "sign": signature}


def signed_answer(key: str, inner: Mapping[str, object], private_pem: str) -> bytes:
    """The JSON reply; the signature covers the exact bytes of the inner object.

    Like the real gateway it writes slashes as `\\/` and Chinese as it is, so a shop that re-serialises fails here too.
    """
    text = json.dumps(inner, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
    signature = sign(text.encode(), private_pem)
    return f'{{"{key}":{text},"sign":"{signature}"}}'.encode()


def answer_key(method: str) -> str:
    """alipay.trade.query → alipay_trade_query_response."""
    return method.replace(".", "_") + "_response"
