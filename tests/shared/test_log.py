"""What a log line may show."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask

MOBILE = "13912345678"


@pytest.fixture
def lines(app: Flask) -> Iterator[io.StringIO]:
    """What the mall's own handler writes."""
    (handler,) = [each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler]
    written = io.StringIO()
    stream = handler.setStream(written)
    yield written
    handler.setStream(stream)


def test_sec_24_numbers_are_masked_in_every_line(lines: io.StringIO) -> None:
    log = logging.getLogger("rq.worker")
    log.warning("sent to %s and %s", MOBILE, {"to": MOBILE})
    try:
        raise ValueError(f"no such number: {MOBILE}")
    except ValueError:
        log.exception("job failed")
    said = lines.getvalue()
    assert "Traceback" in said
    assert MOBILE not in said
    assert len(re.findall(r"139\*{4}5678", said)) == said.count("139") >= 3


def test_other_numbers_are_left_alone(lines: io.StringIO) -> None:
    for text in ("202611231391234567812", "x13912345678", "139123456789", "1391234567", "12345678901"):
        logging.getLogger("mall").warning("order %s", text)
        assert text in lines.getvalue()


def test_sec_24_the_client_of_providers_writes_no_addresses(app: Flask) -> None:
    assert not logging.getLogger("urllib3.connectionpool").isEnabledFor(logging.DEBUG)
