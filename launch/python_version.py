"""Is this Python good enough? Written so that a very old one can still read it and say what is wrong."""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "meiduo: 需要 Python 3.11 或更新版本，当前是 {0}.{1}。 / This needs Python 3.11 or newer, not {0}.{1}; "
        "set PYTHON=/path/to/python3.11.\n".format(*sys.version_info[:2])
    )
    sys.exit(2)
