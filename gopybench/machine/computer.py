"""What computer this is and since which boot: its kernel, C library and CPU."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from pathlib import Path

# What takes the place of the kernel's own name of this boot, for whoever wants to say
# that a campaign ends, and for tests, which have several on one boot.
CAMPAIGN = "GOPYBENCH_CAMPAIGN"

# What tells CPUs of one name apart, and those of ARM, which give none.
_EXACTLY = (
    *("cpu family", "model", "stepping", "microcode"),
    *("CPU implementer", "CPU part", "CPU variant", "CPU revision"),
)

# Of the kernel's random name of this boot, in hexadecimal digits: enough for one machine.
_DIGITS = 8


def boot(root: Path = Path("/")) -> str:
    """Return a name of this boot, which no other has; empty where the kernel has none."""
    given = os.environ.get(CAMPAIGN, "").strip()
    return given or _read(root / "proc/sys/kernel/random/boot_id")[:_DIGITS]


def kernel() -> str:
    """Return the kernel's release and build."""
    return f"{platform.release()} {platform.version()}".strip()


def c_library() -> str:
    """Return the C library and its version: ``glibc 2.36``; empty where it does not say."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        return ""


def cpu(root: Path = Path("/")) -> str:
    """Return the CPU's model and its caches: those of its first core."""
    caches = " ".join(_caches(root / "sys/devices/system/cpu/cpu0/cache"))
    return ", ".join(filter(None, [_model(root), f"caches {caches}" if caches else ""]))


def _model(root: Path) -> str:
    first = _read(root / "proc/cpuinfo").partition("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    said = {key.strip(): value.strip() for key, _, value in pairs}
    name = said.get("model name") or platform.processor()
    exact = ", ".join(f"{word} {said[word]}" for word in _EXACTLY if said.get(word))
    return f"{name} ({exact})".strip() if exact else name


def _caches(directory: Path) -> Iterator[str]:
    letters = {"Data": "d", "Instruction": "i"}
    for index in sorted(directory.glob("index*")):
        level, kind, size = (_read(index / name) for name in ("level", "type", "size"))
        if level and size:
            yield f"L{level}{letters.get(kind, '')} {size}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
