"""Which python: the interpreters that asv finds on PATH, and the real ones behind pyenv's shims."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gopybench.asvdata.versions import order

# How long an interpreter may take to say what it is, in seconds.
_PATIENCE = 60

_DESCRIBE = """
import json, platform, sys, sysconfig
print(json.dumps([
    platform.python_implementation(),
    "%d.%d" % sys.version_info[:2],
    bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    platform.python_version(),
]))
"""


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that runs.

    Attributes:
        executable: the path that asv will take.
        description: implementation and version, for people.
    """

    executable: str
    description: str


class InterpreterNotFound(Exception):
    """No working interpreter for a spec; the message says why and how to get one."""


def find(spec: str, path: str | None = None) -> Interpreter:
    """Find the interpreter that asv would take for *spec* and make sure that it runs and is it.

    Raises InterpreterNotFound.
    """
    name = spec if spec.startswith("pypy") else f"python{spec}"
    executable = shutil.which(name, path=path)
    if executable is None:
        raise InterpreterNotFound(f"no {name} on PATH; {_how_to_get(spec)}")
    try:
        command = [executable, "-c", _DESCRIBE]
        run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE)
        implementation, version, free_threaded, full_version = json.loads(run.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        raise InterpreterNotFound(f"{executable} does not run; {_how_to_get(spec)}") from None
    if spec.startswith("pypy"):
        is_it = implementation == "PyPy" and version.startswith(spec[4:])
    else:
        is_it = implementation == "CPython" and spec == version + "t" * free_threaded
    if not is_it:
        what = f"{implementation} {full_version}"
        raise InterpreterNotFound(f"{executable} is {what}; {_how_to_get(spec)}")
    return Interpreter(
        executable, f"{implementation} {full_version}" + " free-threaded" * free_threaded
    )


def _how_to_get(spec: str) -> str:
    if spec.startswith("pypy"):
        return "install PyPy: the system's package pypy3, or `pyenv install pypy3.11`"
    if spec.endswith("t"):
        return f"install the free-threaded build: `pyenv install {spec}`"
    return f"install it: the system's package python{spec}, or `pyenv install {spec}`"


def without_shims(path: str) -> str:
    """Return *path*, a value of PATH, with pyenv's shims replaced by what stands behind them.

    A shim such as ``python3.12`` is there whenever any version of pyenv's is
    3.12, but runs only while that version is selected: asv takes it for the
    real thing and fails. The directories of all of pyenv's versions stand in
    its place, newest first; those of PyPy and the like, which also hold
    programs called ``python3.10``, come at the very end.
    """
    entries: list[str] = []
    last: list[str] = []
    for entry in path.split(os.pathsep):
        versions = Path(entry).parent / "versions"
        if Path(entry).name != "shims" or not versions.is_dir():
            entries.append(entry)
            continue
        for version in sorted(
            versions.iterdir(), key=lambda version: order(version.name), reverse=True
        ):
            directory = version / "bin"
            if not directory.is_dir() or (version / "pyvenv.cfg").exists():
                continue
            is_plain = re.fullmatch(r"[0-9.]+", version.name)
            (entries if is_plain else last).append(str(directory))
    return os.pathsep.join(entries + last)
