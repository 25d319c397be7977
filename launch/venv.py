"""Makes .venv and installs a pinned set into it; a second call with the same pins asks pip nothing.

Runs on the system's Python, before anything is installed: standard library only.
"""

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

from launch.words import Refusal, complain, say

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON = HOME / "bin" / "python"


def fingerprint(requirements: list[Path]) -> str:
    """Changes with any pin and with the interpreter that the packages were installed for."""
    digest = hashlib.sha256(sys.version.encode())
    for path in requirements:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def usable() -> bool:
    """Does .venv hold a Python that still runs? A moved folder or an upgraded system leaves a dead one."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def make() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise Refusal(
            "缺少 venv 模块，请先 apt install python3-venv。", "The venv module is missing: apt install python3-venv."
        )
    say("· 建立虚拟环境 .venv / creating .venv")
    venv.create(HOME, with_pip=True, clear=HOME.exists())


def install(requirements: Path) -> None:
    """pip, quietly: a dot a second while it works, its own words only when it fails."""
    log = HOME / "pip.log"
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "-r",
        str(requirements),
    ]
    print(f"· 安装依赖 {requirements.name} / installing pinned packages ", end="", flush=True)
    with log.open("wb") as out:
        pip = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        while pip.poll() is None:
            try:
                pip.wait(timeout=1)
            except subprocess.TimeoutExpired:
                print(".", end="", flush=True)
    print(flush=True)
    if pip.returncode:
        last = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("ERROR")][-1:]
        raise Refusal(f"安装依赖失败，详见 {log}。", f"Installing packages failed, see {log}: {' '.join(last)}")


def ensure(kind: str) -> None:
    """`run` for the mall, `dev` for the tests and tools too."""
    names = ["requirements.txt"] if kind == "run" else ["requirements.txt", "requirements-dev.txt"]
    requirements = [ROOT / name for name in names]
    wanted = fingerprint(requirements)
    stamp = HOME / f"stamp-{kind}"
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two malls may be started at once from one clone
        if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
            return
        begun = time.monotonic()
        if not usable():
            make()
        install(requirements[-1])
        stamp.write_text(wanted)
        if kind == "dev":  # the tools' set contains the run-time set
            (HOME / "stamp-run").write_text(fingerprint(requirements[:1]))
        say(f"  完成 / done, {time.monotonic() - begun:.0f} s")


def main() -> int:
    os.chdir(ROOT)
    try:
        ensure(sys.argv[1])
    except Refusal as problem:
        complain(problem)
        return 2
    except OSError as problem:
        complain(f"无法写入 .venv：{problem.strerror}。 / Cannot write .venv: {problem.strerror}.")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
