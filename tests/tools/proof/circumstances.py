"""With what a trial was measured: versions, the deciding code, the machine as it was then."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import os
import platform
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psutil

from ...conftest import BIN, ROOT
from .plan import Trial
from .rawlines import Line

DECIDING = ROOT / "gopybench" / "turns"
_NOT_DECIDING = ("arguments.py", "preparation.py")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def deciding_code(directory: Path = DECIDING) -> str:
    """Return what tells one version of the deciding code from another: a hash of its statements.

    Docstrings and comments are left out, and so are modules that only read a command line.
    """
    digest = hashlib.sha256()
    for path in sorted(directory.glob("*.py")):
        if path.name not in _NOT_DECIDING:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
                    node.body = node.body[1:]
            digest.update(f"{path.name}\0{ast.unparse(tree)}\0".encode())
    return digest.hexdigest()[:10]


def _said(*command: str | Path) -> str:
    """Return what a command prints; empty where it is not here."""
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ""
    return run.stdout.strip()


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions of all that takes part."""
    commit = _said("git", "rev-parse", "--short=10", "HEAD")
    is_changed = bool(_said("git", "status", "--porcelain", "--", "gopybench"))
    pypy = "import platform; print(platform.python_version(), *platform.sys.pypy_version_info[:3])"
    return {
        "gopybench": commit + ("+changes" if is_changed else ""),
        "asv": importlib.metadata.version("asv"),
        "python": platform.python_version(),
        "pypy": _said("pypy3", "-c", pypy),
        "cython": importlib.metadata.version("cython"),
        "go": _said(BIN / "go", "env", "GOVERSION").removeprefix("go"),
    }


def machine() -> dict[str, Any]:
    """Return what the machine is, and how busy it is before a trial adds anything."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(terse=True),
        "load": round(os.getloadavg()[0], 2),
        # The load of a minute has the trial before in it; this is a moment's.
        "in_use": round(psutil.cpu_percent(interval=2) / 100, 3),
    }


def opening(trial: Trial) -> Line:
    """Return what there is to say of a trial before it begins."""
    return {
        "part": trial.part,
        "trial": trial.name,
        "state": trial.state,
        "planted": trial.planted,
        "by": trial.by,
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "code": deciding_code(),
        "versions": versions(),
        "machine": machine(),
    }
