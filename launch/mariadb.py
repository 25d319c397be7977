"""A private MariaDB for the tests: own folder, own socket, free loopback port, proved to be ours, gone at the end."""

import getpass
import secrets
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from launch import packages, processes
from launch.words import Refusal

DATABASE, USER = "meiduo_test", "meiduo"
READY_S = 60.0


def free_port() -> int:
    """A loopback port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MariaDB:
    """One server in `folder`; `url` works after `start`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.socket, self.log = folder / "data", folder / "s.sock", folder / "mariadb.log"
        self.scratch = folder / "tmp"  # in a shared one, a server that starts sweeps away what another is sorting
        self.port = free_port()
        self.password = secrets.token_hex(12)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mysql+pymysql://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}?charset=utf8mb4"

    def install_command(self) -> list[str]:
        return [
            packages.program("mariadb-install-db") or "mariadb-install-db",
            *("--no-defaults", f"--datadir={self.data}", f"--user={getpass.getuser()}"),
            *("--auth-root-authentication-method=normal", "--skip-test-db"),
        ]

    def server_command(self) -> list[str]:
        """Isolation stays at the server's default: what the mall needs it must ask for itself."""
        return [
            packages.program("mariadbd") or "mariadbd",
            *("--no-defaults", f"--user={getpass.getuser()}", f"--datadir={self.data}", f"--socket={self.socket}"),
            *(f"--pid-file={self.folder / 'pid'}", "--bind-address=127.0.0.1", f"--port={self.port}"),
            f"--tmpdir={self.scratch}",
            *("--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci", "--skip-log-bin"),
            *("--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=2", "--innodb-doublewrite=0"),
            *("--skip-name-resolve", "--performance-schema=OFF", "--max-connections=300", f"--log-error={self.log}"),
        ]

    def start(self) -> None:
        """Takes some seconds; raises Refusal when the server does not come up or is not ours."""
        self.folder.mkdir(mode=0o700, parents=True)
        self.data.mkdir()
        self.scratch.mkdir()
        made = subprocess.run(self.install_command(), capture_output=True, check=False, stdin=subprocess.DEVNULL)
        if made.returncode:
            self._refuse(made.stdout.decode(errors="replace")[-500:])
        self.process = processes.start(self.server_command(), log=self.log)
        deadline = time.monotonic() + READY_S
        while (root := self._root()) is None:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self._refuse(processes.last_lines(self.log, 5))
            time.sleep(0.05)
        with root, root.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
            cursor.execute(f"CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{self.password}'")
            cursor.execute(f"GRANT ALL ON *.* TO '{USER}'@'127.0.0.1'")
        self._prove()

    def _root(self) -> Any:
        """A connection as root through the socket in our own folder; None while nobody listens."""
        import pymysql

        try:
            return pymysql.connect(unix_socket=str(self.socket), user="root", autocommit=True)
        except pymysql.MySQLError:
            return None

    def _prove(self) -> None:
        """Whoever answers on the port must be the process started above: a port can be somebody else's."""
        import pymysql

        with (
            pymysql.connect(
                host="127.0.0.1", port=self.port, user=USER, password=self.password, database=DATABASE
            ) as line,
            line.cursor() as cursor,
        ):
            cursor.execute("SELECT @@datadir, @@pid_file")
            row = cursor.fetchone()
        assert row is not None
        assert self.process is not None
        pid = int(Path(row[1]).read_text())
        if Path(row[0]) != self.data or pid != self.process.pid:
            self._refuse(f"port {self.port} belongs to another server (pid {pid}, {row[0]})")

    def _refuse(self, why: str) -> None:
        self.stop()
        raise Refusal("测试用的 MariaDB 未能启动。", f"The private MariaDB for the tests did not start: {why}")

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, patience_s=10)
