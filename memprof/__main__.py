"""`python -m memprof`: the command under another name."""

import sys

# Python put the working directory first on the path; a `click.py` there is
# the user's, not ours.
if not sys.flags.safe_path:
    del sys.path[0]

from memprof.cli import main

main()
