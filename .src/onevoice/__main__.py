"""``python -m onevoice`` is the command ``onevoice``."""

import sys

from onevoice.experiments.cli import main

if __name__ == "__main__":
    sys.exit(main())
