"""`make up`: is the mall at HOST:PORT there, and what do its parts say? Exit code 0 when all is well."""

import http.client
import os
import sys

from launch import place
from launch.words import Refusal, complain, say

ASKED = ("/up/", "/up/deps/")


def main() -> int:
    try:
        where = place.from_environ("demo", os.environ)
    except Refusal as problem:
        complain(problem)
        return 2
    well = True
    for path in ASKED:
        line = http.client.HTTPConnection(where.host, where.port, timeout=5)
        try:
            line.request("GET", path, headers={"Accept": "application/json"})
            answer = line.getresponse()
            say(f"{path:10} {answer.status} {answer.read().decode(errors='replace').strip()}")
            well = well and answer.status == 200
        except OSError as problem:
            complain(f"{where.address} 没有应答。 / Nobody answers at {where.address} ({problem.strerror or problem}).")
            return 1
        finally:
            line.close()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
