"""A load that comes and goes: another process that keeps a core busy for random spells."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator

# Spells and pauses from a tenth of a second to a minute, each order of magnitude as likely as
# the other: some are shorter than a sample, some last longer than a turn.
_PROGRAM = """
import os, random, sys, time
chance, parent = random.Random(sys.argv[1]), os.getppid()
while os.getppid() == parent:
    for is_busy in (True, False):
        end = time.monotonic() + 10 ** chance.uniform(-1, 1.8)
        while time.monotonic() < end and os.getppid() == parent:
            if not is_busy:
                time.sleep(0.05)
"""


@contextlib.contextmanager
def load(seed: str | None) -> Iterator[None]:
    """Keep a core busy now and then meanwhile, as the seed says; None: leave the machine calm."""
    if seed is None:
        yield
        return
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM, seed])
    try:
        yield
    finally:
        process.kill()
        process.wait()
