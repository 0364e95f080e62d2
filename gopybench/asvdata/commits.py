"""A revision, as a user or a file names it -> the commit that it stands for."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from asv.repo import NoSuchNameError
from asv.util import ProcessError, UserError

# Longer ones are no revision, and too long for a command.
_MAX_LENGTH = 250

# An option, several commits (^a, a..b, a^@, a^!, a^-), a pattern, or no text: git would
# take some of them and answer for another commit.
_NO_REVISION = re.compile(r"[-^]|.*(\.\.|\^[@!-]|[*?\[\s\x00-\x1f\x7f])", re.DOTALL)

# What a revision such as main~1 begins with.
_BRANCH = re.compile(r"[\w./-]{0,250}")


def full_hash(repo: Any, revision: str) -> str:
    """Return the full hash of the commit.

    Raises asv's UserError where there is none, or several, with what to do, or where git
    refuses to work here, with its own words.
    """
    try:
        if not revision or len(revision) > _MAX_LENGTH or _NO_REVISION.match(revision):
            raise NoSuchNameError(revision)
        return str(repo.get_hash_from_name(revision))
    except (NoSuchNameError, ProcessError, UnicodeError):
        short = revision if len(revision) <= _MAX_LENGTH else f"{revision[:40]}…"
        raise UserError(f"unknown revision {short!r}: {_advice(repo, revision)}") from None


def _advice(repo: Any, revision: str) -> str:
    """Return what to do about a revision that is not here; raise UserError where git is at fault.

    git is asked anew, as its words for a revision that is not here go by language.
    """
    branch = _BRANCH.match(revision)[0]  # type: ignore[index]
    remotes = f"--glob=refs/remotes/*/{branch}"
    shallow, *found = _git(
        repo, "rev-parse", "--is-shallow-repository", "--symbolic-full-name", remotes
    ).split()
    # The * stands for directories of a branch, too.
    names = [name for ref in found if (name := ref.split("/", 2)[2]).partition("/")[2] == branch]
    for name in sorted(names, key=lambda name: not name.startswith("origin/")):
        with contextlib.suppress(NoSuchNameError, ProcessError, ValueError, OSError):
            there = name + revision[len(branch) :]
            repo.get_hash_from_name(there)
            return f"only its remote branch is here, name {there}"
    if shallow == "true":
        return (
            "this is a shallow clone, which has only the newest commits; get the others by "
            "`git fetch --unshallow --tags`, or in a workflow by `fetch-depth: 0`"
        )
    return "name one of this repository"


def _git(repo: Any, *command: str) -> str:
    try:
        return str(repo._run_git([*command], display_error=False, dots=False))
    except ProcessError as error:
        said = " ".join((error.stderr or str(error)).split())
        raise UserError(f"git does not work here: {said}") from None
