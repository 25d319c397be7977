"""Where a mall runs: its mode, address and instance folder, checked before anything starts."""

import fcntl
import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from launch.words import Refusal

TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Place:
    """One mall on this machine."""

    mode: str
    host: str
    port: int
    instance: Path
    redis_url: str
    public: bool
    demo_data: bool

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    @property
    def logs(self) -> Path:
        return self.instance / "log"


def from_environ(mode: str, environ: Mapping[str, str]) -> Place:
    """What HOST, PORT, INSTANCE and the rest ask for; raises Refusal with the sentence for a bad one."""
    port = environ.get("PORT", "").strip() or "8000"
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise Refusal(f"PORT={port} 不是 1 到 65535 之间的端口号。", f"PORT={port} is not a port from 1 to 65535.")
    return Place(
        mode=mode,
        host=environ.get("HOST", "").strip() or "127.0.0.1",
        port=int(port),
        instance=Path(environ.get("INSTANCE", "").strip() or "./instance").absolute(),
        redis_url=environ.get("REDIS_URL", "").strip(),
        public=environ.get("DEMO_PUBLIC", "").strip().lower() in TRUE,
        demo_data=mode == "demo" and (environ.get("MALL_DEMO", "").strip().lower() or "1") in TRUE,
    )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_host(place: Place) -> None:
    """A demo's passwords are public knowledge: it serves this machine only, unless told otherwise."""
    if place.mode == "demo" and not place.public and not is_loopback(place.host):
        raise Refusal(
            f"演示模式只在本机提供服务，HOST={place.host} 需同时设置 DEMO_PUBLIC=1。",
            f"Demo mode serves this machine only; HOST={place.host} needs DEMO_PUBLIC=1 as well.",
        )


def check_port(place: Place) -> None:
    """Can the address be bound? gunicorn would only say so in its log."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
            probe.listen(1)
        except (OSError, UnicodeError) as problem:
            busy = getattr(problem, "errno", None) == 98
            why = "已被占用" if busy else f"无法使用（{problem}）"
            raise Refusal(
                f"端口 {place.port} {why}，请换一个，例如 make run PORT={place.port % 65535 + 1}。",
                f"{place.host}:{place.port} {'is in use' if busy else 'cannot be used'}; "
                f"choose another, e.g. make run PORT={place.port % 65535 + 1}.",
            ) from None


def open_instance(place: Place) -> None:
    """Make the instance folder and prove that it can be written."""
    try:
        for folder in (place.instance, place.logs):
            folder.mkdir(parents=True, exist_ok=True)
        proof = place.instance / f".writable-{os.getpid()}"
        proof.touch()
        proof.unlink()
    except OSError as problem:
        raise Refusal(
            f"数据目录 {place.instance} 无法写入（{problem.strerror}），请用 INSTANCE=目录 换一个。",
            f"The instance folder {place.instance} cannot be written ({problem.strerror}); set INSTANCE to another.",
        ) from None


def lock_instance(place: Place) -> IO[str]:
    """One mall an instance: the lock lives as long as the returned file is open, and dies with the process."""
    lock = (place.instance / "mall.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "?"
        lock.close()
        raise Refusal(
            f"{place.instance} 里已有商城在运行（进程 {owner}），并排再开一个请换 INSTANCE 和 PORT。",
            f"A mall already runs on {place.instance} (process {owner}); for a second one set INSTANCE and PORT.",
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
