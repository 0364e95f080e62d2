"""The order of versions, in names of runtimes such as ``3.14t``, ``pypy3.11`` and ``go1.27rc1``."""

from __future__ import annotations

import re

from packaging.version import Version

_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:(?:a|b|beta|rc)[0-9]+)?")


def order(name: str) -> list[Version]:
    """Return what *name* is sorted by: the versions in it, a pre-release before its release."""
    return [Version(version) for version in _VERSION.findall(name)]
