"""Revisions, as a user or a file names them -> the commits that they stand for, and their dates.

A file may name thousands: git is asked for all at once.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Iterable
from typing import Any

from asv.util import UserError

# Longer ones are no revision, and too long for a command.
_MAX_LENGTH = 250

# An option, several commits (^a, a..b, a^@, a^!, a^-), a pattern, or no text: git would
# take some of them and answer for another commit.
_NO_REVISION = re.compile(r"[-^]|.*(\.\.|\^[@!-]|[*?\[\s\x00-\x1f\x7f])", re.DOTALL)

# What a revision such as main~1 begins with.
_BRANCH = re.compile(r"[\w./-]{0,250}")

_CEILING = "GIT_CEILING_DIRECTORIES"

_HASH = re.compile(r"[0-9a-f]{40,}")


def full_hash(repo: Any, revision: str) -> str:
    """Return the full hash of the commit.

    Raises asv's UserError where there is none, or several, with what to do, or where git
    refuses to work here, with its own words.
    """
    found = full_hashes(repo, [revision])[revision]
    if isinstance(found, UserError):
        raise found
    return found


def full_hashes(repo: Any, revisions: Iterable[str]) -> dict[str, str | UserError]:
    """Return the full hash of the commit of each revision, or why there is none.

    That is an asv's UserError as :func:`full_hash` raises it. Raises UserError where git
    refuses to work here.
    """
    wanted = list(dict.fromkeys(revisions))
    sound = [r for r in wanted if r and len(r) <= _MAX_LENGTH and not _NO_REVISION.match(r)]
    hashes: dict[str, str | UserError] = dict(_ask(repo, sound))
    if lost := [revision for revision in wanted if revision not in hashes]:
        advice = _advice(repo, lost)
        for revision in lost:
            short = revision if len(revision) <= _MAX_LENGTH else f"{revision[:40]}…"
            hashes[revision] = UserError(f"unknown revision {short!r}: {advice[revision]}")
    return hashes


def dates(repo: Any, hashes: Collection[str]) -> dict[str, int]:
    """Return when commits were written, by their full hashes: in milliseconds, as asv has it."""
    if not hashes:
        return {}
    command = ["rev-list", "--no-walk=unsorted", "--stdin", "--format=%H %at"]
    lines = _git(repo, *command, lines=hashes).stdout.splitlines()
    pairs = [line.split() for line in lines if not line.startswith("commit ")]
    return {commit: 1000 * int(seconds) for commit, seconds in pairs}


def subjects(repo: Any, hashes: Collection[str]) -> dict[str, str]:
    """Return the first lines of commits' messages, by full hashes; those not here are left out."""
    if not hashes:
        return {}
    command = ["rev-list", "--ignore-missing", "--no-walk=unsorted", "--stdin", "--format=%H %s"]
    lines = _git(repo, *command, lines=hashes).stdout.splitlines()
    pairs = [line.partition(" ") for line in lines if not line.startswith("commit ")]
    return {commit: subject for commit, _, subject in pairs}


def tags(repo: Any) -> dict[str, str]:
    """Return the full hash of the commit of each tag."""
    form = "%(refname:strip=2) %(objectname) %(*objectname)"
    lines = _git(repo, "for-each-ref", f"--format={form}", "refs/tags").stdout.splitlines()
    # Of a tag with a message the commit stands behind it.
    return {words[0]: words[-1] for words in map(str.split, lines)}


def between(repo: Any, before: str, after: str) -> list[str]:
    """Return the commits by which *after* is ahead of *before*, oldest first, *after* the last.

    Those of a branch that was merged count as its merge. Nothing where *after* does not
    come after *before*.
    """
    command = ["merge-base", "--is-ancestor", before, after]
    if _git(repo, *command, may_fail=True).returncode:
        return []
    command = ["rev-list", "--first-parent", "--reverse", f"{before}..{after}"]
    return _git(repo, *command).stdout.split()


def counts_between(repo: Any, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return how many commits lie between the two of each pair, counted as by :func:`between`.

    A pair whose second does not come after the first, each merge by its first parent, is
    left out.
    """
    if not pairs:
        return {}
    command = ["rev-list", "--first-parent", "--parents", "--ignore-missing", "--stdin"]
    lines = _git(repo, *command, lines=sorted({after for _, after in pairs})).stdout.splitlines()
    parents = {words[0]: words[1] for words in map(str.split, lines) if len(words) > 1}
    counts = {}
    for before, after in pairs:
        commit, count = parents.get(after), 0
        while commit is not None and commit != before:
            commit, count = parents.get(commit), count + 1
        if commit is not None:
            counts[before, after] = count
    return counts


def is_shallow(repo: Any) -> bool:
    """Return whether this is a shallow clone, which lacks commits."""
    return _git(repo, "rev-parse", "--is-shallow-repository").stdout.strip() == "true"


def _ask(repo: Any, revisions: list[str]) -> dict[str, str]:
    """Return the full hashes of the revisions that are here."""
    found = {}
    while revisions:
        command = ["cat-file", "--batch-check=%(objectname)"]
        lines = [f"{revision}^{{commit}}" for revision in revisions]
        said = _git(repo, *command, lines=lines, may_fail=True)
        if said.returncode:
            _git(repo, "rev-parse", "--git-dir")
        answers = said.stdout.splitlines()
        found.update({r: a for r, a in zip(revisions, answers) if _HASH.fullmatch(a)})
        # Some end git, such as @{u} where there is none: those behind it are asked for again.
        revisions = revisions[len(answers) + 1 :]
    return found


def _advice(repo: Any, revisions: Iterable[str]) -> dict[str, str]:
    """Return what to do about revisions that are not here.

    git is asked anew, as its words for a revision that is not here go by language.
    """
    general = (
        "this is a shallow clone, which has only the newest commits; get the others by "
        "`git fetch --unshallow --tags`, or in a workflow by `fetch-depth: 0`"
        if is_shallow(repo)
        else "name one of this repository"
    )
    references = _git(repo, "for-each-ref", "--format=%(refname)", "refs/remotes").stdout.split()
    there: dict[str, list[str]] = {}
    for name in sorted(reference.split("/", 2)[2] for reference in references):
        there.setdefault(name.partition("/")[2], []).append(name)
    remote: dict[str, list[str]] = {}
    for revision in revisions:
        branch = _BRANCH.match(revision)[0]  # type: ignore[index]
        names = sorted(there.get(branch, ()), key=lambda name: not name.startswith("origin/"))
        remote[revision] = [name + revision[len(branch) :] for name in names]
    are_here = _ask(repo, [name for names in remote.values() for name in names])
    advice = {}
    for revision, names in remote.items():
        found = [name for name in names if name in are_here]
        advice[revision] = f"only its remote branch is here, name {found[0]}" if found else general
    return advice


def _git(
    repo: Any, *command: str, lines: Iterable[str] = (), may_fail: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run git in asv's repository, not one around it, and give it lines to read.

    Raises asv's UserError, with git's words, where it fails and may not.
    """
    above = [os.path.dirname(repo._path), *filter(None, [os.environ.get(_CEILING)])]
    said = subprocess.run(
        [repo._git, *command],
        cwd=repo._path,
        env={**os.environ, _CEILING: os.pathsep.join(above)},
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if said.returncode and not may_fail:
        words = " ".join(said.stderr.split()) or f"exit status {said.returncode}"
        raise UserError(f"git does not work here: {words}")
    return said
