"""What ``dask worker --preload gopybench.fleet.worker`` loads, and a client calls there."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv.util import UserError

from gopybench.fleet import announcement, measuretask, sourceprocess, tasks
from gopybench.fleet.project import HERE
from gopybench.fleet.workspace import Workspace
from gopybench.machine import machinelock

# Between two tasks, in seconds: others that wait for the lock look more often.
_BREATH = 0.15

# Of so many clients it is known what they want measured.
_CLIENTS = 16

# What this machine is, once Dask has loaded this, and where its workspaces are: by
# default where all workers of the machine have them.
_facts: dict[str, str] = {}
_directory: Path | None = None


@dataclass
class _Wanted:
    """What a client wants measured, and what there is of benchmarks for that."""

    commits: list[str]
    specs: list[str]
    discovered: str | None = None
    is_looked_for: bool = False


# By what a client calls its run; the latest are last.
_wanted: dict[str, _Wanted] = {}


def dask_setup(worker: Any) -> None:
    """Look at the machine; Dask calls this before the worker is one."""
    global _directory
    _facts.update(announcement.make())
    if machinelock.path() is None:
        # The lock is all that keeps two workers out of one clone.
        _directory = Path(worker.local_directory) / "gopybench"
    print(f"gopybench: measures as one of {announcement.class_name(_facts)}", file=sys.stderr)
    if _facts["doctor"]:
        print(f"gopybench: what may disturb it here: {_facts['doctor']}", file=sys.stderr)


def announce() -> str:
    """Return what this machine is, as JSON; raise asv's UserError without the preload."""
    if not _facts:
        raise UserError("this worker was started without --preload gopybench.fleet.worker")
    return json.dumps(_facts)


def prepare(
    project: Mapping[str, str], commits: list[str], specs: list[str], bundle: bytes | None
) -> str:
    """Make a project's clone current, and list the environments that asv finds in it, as JSON.

    ``{"lacks": true}`` stands for a clone that needs a bundle, as it has not all *commits*, and
    ``BUSY`` for a machine that takes turns for another client.
    *specs* are as asv's ``-E``. Raises asv's UserError and OSError.
    """
    if sourceprocess.is_taken(str(project.get("run"))):
        return tasks.BUSY
    with machinelock.held(say) as locked:
        _wanted[str(project.get("run"))] = _Wanted(commits, specs)
        for run in [*_wanted][:-_CLIENTS]:
            del _wanted[run]
        workspace = workspace_of(project)
        if bundle is not None:
            workspace.fill(bundle)
        # Of a URL asv has a clone of its own.
        if not workspace.has(commits if project.get("repo") == HERE else []):
            if bundle is not None:
                raise UserError("commits of the range are on no branch or tag: name one for them")
            return json.dumps({"lacks": True})
        workspace.check_out()
        return json.dumps(_listed(workspace, specs, locked))


def _listed(workspace: Workspace, specs: list[str], locked: int | None) -> dict[str, Any]:
    workspace.settle(described())
    with tempfile.TemporaryDirectory(prefix="gopybench-fleet-") as directory:
        said, found = Path(directory, "said"), Path(directory, "found.json")
        module = [sys.executable, "-m", "gopybench.fleet.environmentlist"]
        selected = [word for spec in specs for word in ("-E", spec)]
        command = [*module, str(workspace.configure()), str(found), *selected]
        code = measuretask.run(command, workspace, said, locked)
        words = measuretask.last_words(said)
        if code:
            raise UserError(f"asv does not find its environments: {words}")
        return {"environments": json.loads(found.read_text(encoding="utf-8")), "words": words}


def measure(project: Mapping[str, str], task: Mapping[str, Any]) -> str:
    """Measure one commit in one environment; return asv's files as JSON of limited size.

    ``BUSY`` is as of :func:`prepare`. Raises asv's UserError and OSError.
    """
    if sourceprocess.is_taken(str(project.get("run"))):
        return tasks.BUSY
    with machinelock.held(say) as locked:
        workspace = workspace_of(project)
        workspace.check_out()
        discovered = _discovered(workspace, project, task, locked)
        outcome = measuretask.measure(workspace, task, discovered, locked)
    time.sleep(_BREATH)
    return json.dumps(outcome)


def _discovered(
    workspace: Workspace, project: Mapping[str, str], task: Mapping[str, Any], locked: int | None
) -> str | None:
    """Return what is discovered once for all tasks of a client here; None where nothing is."""
    wanted = _wanted.get(str(project.get("run")))
    if wanted is None:
        return None
    if not wanted.is_looked_for:
        of = (wanted.commits, wanted.specs)
        wanted.discovered, words = measuretask.discover(workspace, task, *of, locked)
        wanted.is_looked_for = True
        if wanted.discovered is None:
            say(f"each task looks for benchmarks itself: {words}")
    return wanted.discovered


def workspace_of(project: Mapping[str, str]) -> Workspace:
    """Return a project's place here; raise asv's UserError if it makes no sense."""
    return Workspace(project, _directory)


def described() -> dict[str, str]:
    """Return how asv describes this machine."""
    return dict(json.loads(_facts["described"]))


def say(words: str) -> None:
    """Say something where the worker was started."""
    print(f"gopybench: {words}", file=sys.stderr, flush=True)
