"""What the tests need from Debian: which of it is here, and how to get the rest without starting any service."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launch.words import say

POLICY = Path("/usr/sbin/policy-rc.d")
REFUSE_START = (
    "#!/bin/sh\n# Put here by `make test` while it installs packages: nothing may start on its own.\nexit 101\n"
)
NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SYSTEM_PATH = os.defpath + ":/usr/sbin:/sbin:/usr/local/sbin"


def program(*names: str) -> str | None:
    """The first of these programs, also from the folders that only root has on the PATH."""
    search = os.pathsep.join([os.environ.get("PATH", ""), SYSTEM_PATH])
    return next((found for name in names if (found := shutil.which(name, path=search))), None)


def has_chinese_font() -> bool:
    if NOTO.exists():
        return True
    fc_list = program("fc-list")
    if fc_list is None:
        return False
    known = subprocess.run([fc_list, ":lang=zh", "family"], capture_output=True, check=False)
    return bool(known.stdout.strip())


@dataclass(frozen=True)
class Need:
    """One Debian package, how to see that it is here, and which tests are left out without it."""

    package: str
    present: Callable[[], bool]
    tests: str


def has_mariadb() -> bool:
    return program("mariadbd") is not None and program("mariadb-install-db") is not None


def has_redis() -> bool:
    return program("redis-server") is not None


def has_chromium() -> bool:
    return chromium() is not None


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or program("chromium", "chromium-browser")


NEEDS = (
    Need("mariadb-server", has_mariadb, "MariaDB"),
    Need("redis-server", has_redis, "MariaDB"),
    Need("chromium", has_chromium, "browser"),
    Need("fonts-noto-cjk", has_chinese_font, "browser"),
)


def missing(needs: Sequence[Need] = NEEDS) -> list[Need]:
    return [need for need in needs if not need.present()]


def may_install() -> bool:
    """Only root, only where apt is the package manager."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


@contextmanager
def nothing_starts() -> Iterator[None]:
    """While inside, Debian's scripts may start no service; an own policy of the machine is put back as it was."""
    own = POLICY.read_bytes() if POLICY.exists() else None
    mode = POLICY.stat().st_mode if own is not None else 0
    POLICY.write_text(REFUSE_START)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        if own is None:
            POLICY.unlink(missing_ok=True)
        else:
            POLICY.write_bytes(own)
            POLICY.chmod(mode)


def lists_are_there(packages: Sequence[str]) -> bool:
    """Does apt know a version of every package? On a fresh image it knows none until `apt-get update`."""
    known = subprocess.run(["apt-cache", "madison", *packages], capture_output=True, text=True, check=False).stdout
    return all(any(line.split("|")[0].strip() == name for line in known.splitlines()) for name in packages)


def install_commands(packages: Sequence[str], fresh_lists: bool) -> list[list[str]]:
    """What is run, in order; quiet, without questions and without recommended packages."""
    update = ["apt-get", "-qq", "update"]
    install = [
        "apt-get",
        "-qq",
        "install",
        "--yes",
        "--no-install-recommends",
        "-o",
        "DPkg::Lock::Timeout=300",
        *packages,
    ]
    return [install] if fresh_lists else [update, install]


def install(packages: Sequence[str], log: Path) -> bool:
    """Install from Debian, output to `log`. A failed try is made once more with fresh lists. True when all went in."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    say(f"· 安装测试所需的系统软件 / installing for the tests: {' '.join(packages)}")
    with nothing_starts(), log.open("ab") as out:

        def run(commands: list[list[str]]) -> bool:
            return all(
                subprocess.run(c, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False).returncode
                == 0
                for c in commands
            )

        return run(install_commands(packages, lists_are_there(packages))) or run(install_commands(packages, False))
