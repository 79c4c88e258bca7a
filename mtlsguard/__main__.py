"""`python -m mtlsguard` is the command `mtlsguard`."""

import sys

from mtlsguard.cli import main

if __name__ == "__main__":
    sys.exit(main())
