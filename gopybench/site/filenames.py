"""What people call a view -> a name for its files that no other has, in any file system."""

from __future__ import annotations

import re

# Longer names are cut off.
_LONGEST = 100


def unused(text: str, taken: set[str]) -> str:
    """Return a name made of *text*, without an ending, and add it to those that are *taken*."""
    plain = re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")
    name = stem = plain[:_LONGEST]
    number = 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    return name
