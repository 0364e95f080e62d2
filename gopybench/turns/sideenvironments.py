"""What asv has configured -> the environments of both sides, those of head copied from base's."""

from __future__ import annotations

import contextlib
import copy
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from asv import environment, util
from asv.commands.setup import Setup
from asv.plugins.virtualenv import Virtualenv

from gopybench.asvdata import wholefiles
from gopybench.turns.sides import Side

# Files that hold the environment's own path, of those at its top, in bin/ and beside packages.
_WITH_PATH = ("*.cfg", "*.json", "bin/*", "**/site-packages/*.pth", "**/*.dist-info/*.json")


# In directories of names that are as long as each other, as a name's length can be felt.
_NAMES = ("base", "head")


class Missing(util.UserError):  # type: ignore[misc]
    """A configured environment is not here; the message names it."""


def find(conf: Any, specs: Sequence[str]) -> list[Any]:
    """Return asv's environments that *specs* select as asv's ``-E`` does, all without any.

    Raises Missing, and asv's UserError where one cannot hold a commit.
    """
    found, missing = _of_spec(conf, None)
    if specs:
        # asv looks at all that are configured before each one that is asked for.
        skipped, found, missing = len(missing), [], []
        for spec in specs:
            environments, said = _of_spec(conf, [spec])
            found += environments
            missing += said[skipped:] or ([] if environments else [f"no environment {spec}"])
    if missing or not found:
        which = "; ".join(dict.fromkeys(missing)) or "no environment is configured"
        raise Missing(f"{which} (`gopybench runtimes` says how to get it; -E selects others)")
    for env in found:
        if not env.can_install_project():
            raise util.UserError(
                f"{env.name} has one version of the project: it cannot be compared"
            )
    return found


def here(conf: Any, spec: str | None = None) -> list[str]:
    """Return the names of the environments that are here: those configured, or of a *spec*."""
    return sorted(env.name for env in _of_spec(conf, [spec] if spec else None)[0])


def _of_spec(conf: Any, spec: list[str] | None) -> tuple[list[Any], list[str]]:
    """Return the environments that are here, and what asv says of those that are not."""
    said: list[str] = []

    def keep(record: logging.LogRecord) -> bool:
        if record.levelno == logging.WARNING:
            said.append(record.getMessage())
        return record.levelno != logging.WARNING

    # asv writes to the root logger.
    logging.getLogger().addFilter(keep)
    try:
        return list(environment.get_environments(conf, spec)), said
    finally:
        logging.getLogger().removeFilter(keep)


@contextlib.contextmanager
def sides(
    conf: Any, repo: Any, found: Callable[[Any, bool], Mapping[str, Any]]
) -> Iterator[tuple[Side, Side]]:
    """Yield base and head with their environments, not created yet.

    *found* returns them from a side's configuration, and whether it is head's, by the
    name that both sides have for theirs. Raises asv's UserError where other sides are
    at work.
    """
    directory = Path(conf.env_dir, "gate")
    both = []
    for is_head, name in enumerate(_NAMES):
        own = copy.copy(conf)
        own.env_dir = str(directory / name)
        both.append(Side(own, repo, dict(found(own, bool(is_head))), f"at {name}"))
    with wholefiles.locked(str(directory), timeout=0.0):
        try:
            yield both[0], both[1]
        finally:
            for side in both:
                side.close()


def create(both: tuple[Side, Side]) -> None:
    """Create the environments of both sides; note what fails."""
    base, head = both
    failed: set[str] = set()
    for side in both:
        for name, env in side.environments.items():
            try:
                if side is head and name not in failed:
                    _copy(base.environments[name], env)
                Setup.perform_setup([env], parallel=1)
            except (util.ProcessError, util.UserError, OSError) as error:
                side.note_uncreated(name, error)
                failed.add(name)


def _copy(model: Any, env: Any) -> None:
    """Make a virtual environment as a copy of one that has the same requirements."""
    is_same = isinstance(env, Virtualenv) and env.name == model.name
    if not is_same or env.check_presence() or not model.check_presence():
        return
    aside = f"{env._path}.copy"
    for directory in (aside, env._path):
        util.long_path_rmtree(directory, True)
    shutil.copytree(model._path, aside, symlinks=True)
    old, new = os.fsencode(model._path), os.fsencode(env._path)
    for path in (path for pattern in _WITH_PATH for path in Path(aside).glob(pattern)):
        if path.is_file() and not path.is_symlink() and old in (contents := path.read_bytes()):
            path.write_bytes(contents.replace(old, new))
    os.replace(aside, env._path)
