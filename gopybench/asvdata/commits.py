"""A revision, as a user or a file names it -> the commit that it stands for."""

from __future__ import annotations

from typing import Any

from asv.repo import NoSuchNameError
from asv.util import ProcessError, UserError


def full_hash(repo: Any, revision: str) -> str:
    """Return the full hash of the commit; raise asv's UserError where there is none."""
    try:
        # git would take the one for an option and cannot be given the other.
        if not revision or revision.startswith("-") or "\0" in revision:
            raise NoSuchNameError(revision)
        return str(repo.get_hash_from_name(revision))
    except (NoSuchNameError, ProcessError):
        raise UserError(f"unknown revision {revision!r}: name one of this repository") from None
