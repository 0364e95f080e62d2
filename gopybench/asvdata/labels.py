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
    return f"{kind} {version}".strip() or "runtime not noted"


def runtimes(environments: Iterable[Mapping[str, str | None]]) -> list[str]:
    """Return a label for each environment, such as ``CPython 3.14, Cython 3.3.1``.

    An environment is given by its parameters as asv has them, its variables
    with ``env-`` before their names. What is the same for all is left out. No
    two environments that differ have the same label; one that has a parameter
    without a value, and one that has none of that name, do not differ.
    """
    all_of = [{key: value or "" for key, value in e.items()} for e in environments]
    keys = sorted({key for e in all_of for key in e if key != "python"})
    labels: dict[tuple[str, ...], str] = {}
    found = []
    for environment in all_of:
        values = tuple(environment.get(key, "") for key in ("python", *keys))
        if values not in labels:
            parts = [runtime(values[0])]
            for key, value in zip(keys, values[1:]):
                if value and any(e.get(key, "") != value for e in all_of):
                    parts.append(_part(key, value))
            label = ", ".join(parts)
            labels[values] = next(n for n in _numbered(label) if n not in labels.values())
        found.append(labels[values])
    return found


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
    cpu, ram, cores, system = (str(params.get(k) or "") for k in ("cpu", "ram", "num_cpu", "os"))
    parts = (
        cpu,
        f"{cores} {'core' if cores == '1' else 'cores'}" if cores else "",
        f"{_memory(ram)} of memory" if ram else "",
        system,
    )
    return ", ".join(part for part in parts if part)


def _memory(ram: str) -> str:
    """Return asv's ``ram`` with a unit: a number is in bytes, by an older asv in kB.

    A machine has more than 256 MiB, and had less than 256 GiB then.
    """
    if not re.fullmatch("[0-9]{5,18}", ram):
        return ram  # in words of a user
    size = int(ram) if int(ram) >= 1 << 28 else int(ram) << 10
    return f"{size / 2**30:.0f} GiB" if size >= 1 << 30 else f"{size / 2**20:.0f} MiB"


def _kind(python: str) -> str:
    if re.match(r"go[0-9]", python):
        return "Go"
    if python.startswith("pypy"):
        return "PyPy"
    return "CPython" if _PYTHON.fullmatch(python) else python
