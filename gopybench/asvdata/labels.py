"""What people call runtimes and machines: ``go1.27`` is Go 1.27."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

_PYTHON = re.compile(r"[0-9]+\.[0-9.]+t?")


# Packages whose own spelling differs from their names on PyPI.
_SPELLED = {"cython": "Cython"}


def family(environment: Mapping[str, str]) -> str:
    """Return what kind of runtime an environment is, given by its parameters as asv has them."""
    return "Cython" if environment.get("cython") else _kind(environment.get("python", ""))


def runtime(python: str) -> str:
    """Return what people call asv's parameter ``python``: Go 1.27 for ``go1.27``."""
    kind = _kind(python)
    version = re.sub(r"^(go|pypy)", "", python) if kind != python else ""
    return f"{kind} {version}".strip() or "?"


def runtimes(environments: Iterable[Mapping[str, str | None]]) -> list[str]:
    """Return a label for each environment, such as ``CPython 3.14, Cython 3.3.1``.

    An environment is given by its parameters as asv has them, its variables
    with ``env-`` before their names. What is the same for all is left out. No
    two environments that differ have the same label.
    """
    environments = list(environments)
    keys = sorted({key for e in environments for key in e if key != "python"})
    labels: list[str] = []
    for environment in environments:
        parts = [runtime(environment.get("python") or "")]
        for key in keys:
            value = environment.get(key) or ""
            if value and any((e.get(key) or "") != value for e in environments):
                parts.append(_part(key, value))
        label = ", ".join(parts)
        labels.append(next(name for name in _numbered(label) if name not in labels))
    return labels


def _part(key: str, value: str) -> str:
    if key.startswith("env-"):
        return f"{key.removeprefix('env-')}={value}"
    return f"{_SPELLED.get(key, key)} {value}"


def _numbered(label: str) -> Iterator[str]:
    yield label
    for i in itertools.count(2):
        yield f"{label} ({i})"


def machine(params: Mapping[str, str]) -> str:
    """Return what asv knows of a machine, for people; any of it may be missing."""
    ram = params.get("ram", "")
    if ram.isdigit():  # bytes, asv's own default
        ram = f"{int(ram) / 2**30:.0f} GiB"
    cores = params.get("num_cpu", "")
    parts = (
        params.get("cpu", ""),
        f"{cores} cores" if cores else "",
        f"{ram} of memory" if ram else "",
        params.get("os", ""),
    )
    return ", ".join(part for part in parts if part)


def _kind(python: str) -> str:
    if re.match(r"go[0-9]", python):
        return "Go"
    if python.startswith("pypy"):
        return "PyPy"
    return "CPython" if _PYTHON.fullmatch(python) else python
