"""`python -m cli`: what `./journeywork` hands over to."""

import sys

from cli.app import leave, run

if __name__ == "__main__":
    leave(run(sys.argv[1:]))
