"""asv.conf.json, as every command begins: loaded by asv, and its directory the current one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from asv.config import Config
from asv.util import UserError

# What asv reads where it is not told a file.
NAMES = ("asv.conf.json", "asv.conf.jsonc")

# What the commands use of asv's configuration; asv itself checks no types.
_TYPES = {"results_dir": str, "html_dir": str, "repo": str, "pythons": list, "plugins": list}


def load(path: str | None = None) -> Any:
    """Load asv's configuration and make its directory the current one, as asv does.

    Without a path it is the one of NAMES that is here. Raises asv's UserError, naming
    the file and the key, where it is not as it should be.
    """
    path = path or _found()
    if not Path(path).is_file():
        raise UserError(f"no configuration file {path}; name it with --config")
    try:
        conf = Config.load(path)
    except (ValueError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: {error}") from None
    for key, kind in _TYPES.items():
        if not isinstance(getattr(conf, key, kind()), kind):
            raise UserError(f"{path}: {key} is not a {kind.__name__}")
    os.chdir(Path(path).resolve().parent)
    return conf


def _found() -> str:
    found = [name for name in NAMES if Path(name).exists()]
    if len(found) > 1:
        raise UserError(f"both {' and '.join(found)} are here; name one with --config")
    return found[0] if found else NAMES[0]
