"""asv, in a process that takes its benchmarks from a file in place of discovering them.

``python -m gopybench.fleet.asvtask FILE run …`` is ``asv run …`` with what
:mod:`~gopybench.fleet.discovering` has written. Where there is no such file it
discovers them as it does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from asv.main import main as asv

from gopybench.bridge import patches


def main() -> None:
    """Run asv, which ends the process with its exit code."""
    program, file, *arguments = sys.argv
    if Path(file).exists():
        patches.take_discovered(Path(file).absolute())
    sys.argv = [program, *arguments]
    asv()


if __name__ == "__main__":
    main()
