"""The flags that Go builds with, as they are noted: a profile by what is in it, not by where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from gopybench.asvdata.gosettings import Blocks

_NO_FILES = ("auto", "off", "")


def noted(blocks: Blocks, goflags: str, root: Path) -> dict[str, str]:
    """Return ``GOFLAGS`` and, as ``flags``, the build flags of the blocks, each thing once.

    *goflags* are Go's words for it, and *root* is the repository's checkout.
    """
    own = [_in_one_line(block.build_flags, root / block.dir) for block in blocks.blocks]
    return {
        "GOFLAGS": _in_one_line(goflags.split(), root / blocks.blocks[0].dir),
        "flags": " ".join(dict.fromkeys(filter(None, own))),
    }


def _in_one_line(flags: Iterable[str], directory: Path) -> str:
    """Return flags of ``go`` in one line. *directory* is where it runs."""
    return " ".join(_with_digests(iter(flags), directory))


def _with_digests(flags: Iterator[str], directory: Path) -> Iterator[str]:
    for flag in flags:
        name, _, value = flag.partition("=")
        if name.lstrip("-") != "pgo":
            yield flag
            continue
        value = value or next(flags, "")
        yield f"{name}={value if value in _NO_FILES else _digest(directory / value)}"


def _digest(profile: Path) -> str:
    try:
        return f"sha256:{hashlib.sha256(profile.read_bytes()).hexdigest()[:12]}"
    except OSError:
        # Then Go does not build.
        return profile.name
