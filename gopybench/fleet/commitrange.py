"""A range of commits, as ``asv run`` reads it -> their hashes, in its order."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from asv.console import log
from asv.repo import NoSuchNameError
from asv.results import get_existing_hashes
from asv.util import ProcessError, UserError, pick_n

_HASHFILE = "HASHFILE:"


def commits(
    conf: Any, repo: Any, range_: str | None, steps: int | None, period: float | None
) -> list[str]:
    """Return the commits of a range, at most *steps* of them and one in *period* seconds.

    None stands for the head of each configured branch. Raises asv's UserError for what
    is no range, or one without commits.
    """
    before: list[str] | None = None
    try:
        if range_ is None:
            found = list(dict.fromkeys(map(repo.get_hash_from_name, conf.branches)))
        elif range_ == "EXISTING":
            found = get_existing_hashes(conf.results_dir)
        elif range_ == "NEW":
            before = get_existing_hashes(conf.results_dir)
            found = repo.get_new_branch_commits(conf.branches, before)
        elif range_ == "ALL":
            found = repo.get_new_branch_commits(conf.branches, [])
        elif range_ == "TAGS":
            # asv names the tags, not their commits: these are what results are of.
            found = list(dict.fromkeys(reversed(list(repo.get_tags().values()))))
        elif range_ == "HEAD":
            found = [repo.get_hash_from_name("HEAD")]
        elif range_.startswith(_HASHFILE):
            found = _of_file(repo, range_.removeprefix(_HASHFILE))
        else:
            found = repo.get_hashes_from_range(range_)
    except NoSuchNameError as name:
        raise UserError(f"Unknown branch {name} in configuration") from None
    except ProcessError as error:
        words = " ".join(str(error.stderr or error).split())
        raise UserError(f"not a range of commits: {range_!r}: {words}") from None
    if period is not None:
        found = repo.filter_date_period(found, period, before)
    if steps is not None:
        found = pick_n(found, steps)
    return list(found)


def _of_file(repo: Any, name: str) -> list[str]:
    if name != "-" and not Path(name).is_file():
        raise UserError(f'Requested commit hash file "{name}" is not a file')
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            found.append(repo.get_hash_from_name(line))
        except NoSuchNameError:
            log.warning(f"Unknown commit hash {line} in input file")
    return found
