"""`make pin`: resolve requirements*.in in a throwaway environment and write down every version that came out."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from launch.words import complain, say

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Made by `make pin` from {source}: every version fixed. Do not edit by hand.
"""
# Wheels only, so that no machine needs a compiler; the exceptions are plain Python that was published as source.
WHEELS = """\
--only-binary :all:
--no-binary python-alipay-sdk
"""


def resolve(python: Path, source: Path) -> list[str]:
    """Install one .in file on top of what is there; the whole set as `name==version` lines."""
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--prefer-binary", "-r", str(source)], check=True)
    frozen = subprocess.run([*pip, "freeze", "--exclude", "setuptools"], check=True, capture_output=True, text=True)
    return frozen.stdout.splitlines()


def main() -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="mall-pin-") as folder:
            venv.create(folder, with_pip=True)
            python = Path(folder) / "bin" / "python"
            run = resolve(python, ROOT / "requirements.in")
            extra = [line for line in resolve(python, ROOT / "requirements-alibaba.in") if line not in set(run)]
            dev = [line for line in resolve(python, ROOT / "requirements-dev.in") if line not in set(run)]
    except subprocess.CalledProcessError as problem:
        complain(f"pip 失败，固定版本未改动。 / pip failed, the pins are as they were ({problem.returncode}).")
        return 1
    (ROOT / "requirements.txt").write_text(HEAD.format(source="requirements.in") + WHEELS + "\n".join(run) + "\n")
    for name, more in (("requirements-alibaba", extra), ("requirements-dev", dev)):
        text = HEAD.format(source=f"{name}.in") + "-r requirements.txt\n" + "\n".join(more) + "\n"
        (ROOT / f"{name}.txt").write_text(text)
    say(f"requirements.txt {len(run)}, requirements-dev.txt {len(dev)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
