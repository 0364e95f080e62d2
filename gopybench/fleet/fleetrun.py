"""One run of a fleet: from the command's options to its exit code."""

from __future__ import annotations

import argparse
import contextlib
from typing import Any

from asv.commands.run import Run
from asv.console import log
from asv.plugin_manager import plugin_manager
from asv.repo import get_repo
from asv.util import UserError

from gopybench.asvdata import conffile
from gopybench.fleet import classes, cluster, commitrange, dispatch, missing
from gopybench.fleet.journal import Journal
from gopybench.fleet.project import Project
from gopybench.fleet.roster import Roster
from gopybench.transfer import safetext

# For how long to wait for the first worker, in seconds.
_FIRST = 120.0

_FLAGS = ("quick", "profile", "record_samples", "append_samples")
_NEIGHBOURS = "the workers share this machine and disturb each other: trust instructions, not times"


def run(options: argparse.Namespace) -> int:
    """Measure what the options ask for; return the exit code. Raises asv's UserError."""
    words = _asv_options(options)
    if options.machine is not None:
        _check_machine(options.machine)
    conf = conffile.load(options.config)
    for plugin in conf.plugins:
        plugin_manager.import_plugin(plugin)
    repo = get_repo(conf)
    if not options.no_pull:
        repo.pull()
    project = Project.here(conf, options.config)
    commits = commitrange.commits(conf, repo, options.range, options.steps, options.date_period)
    with contextlib.ExitStack() as stack:
        journal = Journal(conf.env_dir, _command(options, words))
        is_done = False
        stack.callback(lambda: journal.close(is_done=is_done))
        if journal.commits:
            say(f"Going on with what was interrupted; to begin anew remove {journal.path}")
        every = journal.begin(commits)
        if not every:
            is_done = True
            raise UserError("No commit hashes selected")
        if options.local is not None:
            say(f"Warning: {_NEIGHBOURS}")
            fleet = stack.enter_context(cluster.local(options.local, say))
        else:
            fleet = stack.enter_context(cluster.connected(options.scheduler))
        roster = Roster(fleet, project, every, options.env_spec, say)
        places = _places(conf, dispatch.ready(roster, _FIRST), options.machine)
        tasks = _open(conf, every, places, options, journal)
        work = dispatch.Dispatch(conf, repo, fleet, project, roster, places, words, journal, say)
        work.measure(tasks)
        is_done = not work.open
    if work.open:
        return 1
    return 2 if work.failed else 0


def _check_machine(name: str) -> None:
    try:
        safetext.check_text("a machine's name", name, is_file=True)
    except ValueError as error:
        raise UserError(f"--machine: {error}") from None


def say(words: str) -> None:
    """Say something as asv does, on its output."""
    log.flush()
    print(words, flush=True)


def _asv_options(options: argparse.Namespace) -> list[str]:
    """Return the options that asv is given on each worker, each a word.

    A wrong one ends the process, as asv does, with its words.
    """
    successful = options.skip_existing_successful or options.skip_existing
    failed = options.skip_existing_failed or options.skip_existing
    words = [f"--bench={regex}" for regex in options.bench]
    words += [f"--attribute={pair}" for pair in options.attribute]
    words += [f"--launch-method={options.launch_method}"] if options.launch_method else []
    words += [f"--{name.replace('_', '-')}" for name in _FLAGS if getattr(options, name)]
    words += ["--skip-existing-successful"] if successful else []
    words += ["--skip-existing-failed"] if failed else []
    parser = argparse.ArgumentParser(prog="gopybench fleet", add_help=False)
    Run._setup_arguments(parser)
    parser.parse_args(words)
    return words


def _command(options: argparse.Namespace, words: list[str]) -> list[str]:
    """Return what makes two commands the same: not where they are measured."""
    of_commits = [options.range, options.steps, options.date_period, options.machine]
    of_commits += [options.skip_existing_commits, *options.env_spec]
    return [*map(str, of_commits), *words]


def _places(
    conf: Any, machines: list[classes.FleetMachine], name: str | None
) -> dict[str, classes.Place]:
    """Return where each environment is measured, and say so."""
    environments = {name for machine in machines for name in machine.environments}
    known = missing.counts(conf.results_dir, environments)
    places = classes.assigned(machines, name, known)
    if not places:
        raise UserError("No environments selected")
    for environment, place in places.items():
        number = sum(place.has(machine, environment) for machine in machines)
        these = "1 machine" if number == 1 else f"{number} machines"
        say(f"{environment} ({place.runtime}): {these} of {place.of_class}, as {place.machine}")
    return places


def _open(
    conf: Any,
    commits: list[str],
    places: dict[str, classes.Place],
    options: argparse.Namespace,
    journal: Journal,
) -> list[Any]:
    """Return the tasks that are to be done, and say how many."""
    skipped = missing.Skipped(
        options.skip_existing_successful or options.skip_existing,
        options.skip_existing_failed or options.skip_existing,
        options.skip_existing_commits,
        options.bench,
    )
    tasks = missing.tasks(conf, commits, places, skipped)
    tasks = [task for task in tasks if task not in journal.done]
    every = len(commits) * len(places)
    say(
        f"{len(tasks)} of {every} are to be measured "
        f"({len(commits)} commits * {len(places)} environments)"
    )
    return tasks
