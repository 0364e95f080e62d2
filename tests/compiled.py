"""The subject as it is built where Cython is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(python: str, into: Path) -> Path:
    """Build gopybench with an interpreter that has Cython, and return where it is.

    *into* is an empty directory. Raises CalledProcessError, with the
    compiler's words, where it does not compile.
    """
    source, target = into / "source", into / "compiled"
    shutil.copytree(ROOT / "gopybench", source / "gopybench")
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, source / name)
    command = [python, "setup.py", "--quiet", "build", "--build-lib", str(target)]
    # Optimized, but with less patience.
    env = {**os.environ, "CFLAGS": "-O1 -g0"}
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True, env=env)
    return target
