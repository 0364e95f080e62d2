"""asv's results files, parsed and checked once: a publish reads each of them four times."""

from __future__ import annotations

import functools
import marshal
import os
from collections.abc import Callable
from typing import Any

from asv.results import Results

# So many bytes are kept in all; what is beyond them is parsed anew, but not checked again.
_MOST = 128_000_000

_Load = Callable[..., Results]


def remembered(load: _Load, checked: _Load) -> _Load:
    """Let ``Results.load`` remember what was in files, until they change.

    *checked* is *load* with its checks, for the first time. Who gets results that were read
    before may change them as if they had been read anew.
    """
    kept: dict[tuple[str, int, int, str | None], bytes] = {}
    size = 0

    @functools.wraps(load)
    def wrapped(cls: Any, path: str, machine_name: str | None = None) -> Results:
        nonlocal size
        try:
            stat = os.stat(path)
        except OSError:
            return checked(cls, path, machine_name=machine_name)
        version = path, stat.st_mtime_ns, stat.st_size, machine_name
        known = kept.get(version)
        if known:
            results: Results = cls.__new__(cls)
            results.__dict__ = marshal.loads(known)
            return results
        results = (checked if known is None else load)(cls, path, machine_name=machine_name)
        # What is written about as large as it is kept.
        fits = size + stat.st_size <= _MOST
        kept[version] = marshal.dumps(results.__dict__) if fits else b""
        size += len(kept[version])
        return results

    return wrapped
