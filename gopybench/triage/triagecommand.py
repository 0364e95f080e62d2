"""The command ``gopybench triage``."""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Callable
from typing import Any

from asv.util import UserError

from gopybench.alarms import overview
from gopybench.alarms.groups import Finding
from gopybench.alarms.overview import Shown
from gopybench.alarms.standing import judged
from gopybench.asvdata import commits, conffile, verdicts
from gopybench.asvdata.verdicts import Decision, Entry, State
from gopybench.fleet import fleetoption
from gopybench.machine import machinelock
from gopybench.triage import publishedgraphs, triagerendering
from gopybench.triage.measuring import now
from gopybench.triage.triagerendering import Report
from gopybench.triage.triagerun import Triage
from gopybench.turns import arguments, preparation
from gopybench.turns.budget import Budget
from gopybench.turns.decision import Rules
from gopybench.turns.session import session
from gopybench.turns.sideenvironments import here


def register(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command; *command* makes one of a name, what runs it and a text."""
    sub = command(
        "triage", _triage, "Measure the steps in the published history in turns, and settle each."
    )
    sub.epilog = (
        "Exit codes: 0 when no finding is real or open, 1 when one is real, 2 when some stay open."
    )
    sub.set_defaults(code_of_errors=2)
    arguments.add_environment(
        sub,
        "only findings in this environment, as asv's -E; may be given again (default: all)",
    )
    arguments.add_bench(sub)
    arguments.add_threshold(sub)
    arguments.add_budget(
        sub,
        "for how long to run benchmarks at most; 0 shows the findings and measures nothing",
        arguments.minutes_or_none,
    )
    sub.add_argument(
        *("-m", "--machine"),
        metavar="NAME",
        help="take this machine for the one of that name (default: as asv does)",
    )
    fleetoption.add(sub)
    for state, text in (
        (State.ACCEPTED, "note that a finding is as it is meant to be"),
        (State.FIXED, "note that a finding was taken care of"),
    ):
        option = "--accept" if state is State.ACCEPTED else "--fixed"
        help_ = f"{text}, by its id or how that begins; may be given again; measures nothing"
        sub.add_argument(option, metavar="ID", action="append", default=[], help=help_)
    sub.add_argument("--reason", metavar="TEXT", help="why, with --accept or --fixed")
    arguments.add_format(sub, triagerendering.FORMATS)


def _triage(options: argparse.Namespace) -> int:
    decisions = {State.ACCEPTED: options.accept, State.FIXED: options.fixed}
    reason = " ".join((options.reason or "").split())
    if any(decisions.values()) and not reason:
        raise UserError("--accept and --fixed want a --reason, for those who come after you")
    if options.reason is not None and not any(decisions.values()):
        raise UserError("--reason is for --accept or --fixed")
    conf = conffile.load(options.config)
    with preparation.asv_on_stderr():
        repo = preparation.ready(conf)
        shown = _look(conf, repo)
        if any(decisions.values()):
            return _decide(conf, shown, decisions, reason)
        wanted = _selected(conf, shown, options.environment, options.bench)
        own = "a fleet" if options.fleet else preparation.own_machine()
        machine = options.machine or (_machine(wanted) if options.fleet else own)
        triage = Triage(
            conf,
            repo,
            machine,
            own if own != machine else "",
            Rules(options.threshold),
            Budget(60 * options.budget),
            preparation.say,
            wanted,
            fleetoption.sessions(options, _commits(wanted)) if options.fleet else session,
        )
        if options.budget:
            # Of a fleet it is the machines that measure.
            lock = machinelock.held(preparation.say)
            with contextlib.nullcontext() if options.fleet else lock:
                triage.settle()
        subjects = commits.subjects(repo, overview.named(triage.shown))
    report = Report(triage.shown, triage.reasons, subjects, options.threshold)
    preparation.print_report(triagerendering.render(report, options.format))
    return report.code


def _look(conf: Any, repo: Any) -> list[Shown]:
    """Return all findings in the published history; say what it lacks.

    Raises asv's UserError in a shallow clone that lacks some of it.
    """
    published = publishedgraphs.make(conf, repo)
    known = commits.full_hashes(repo, sorted(published.gone))
    if lost := [error for error in known.values() if isinstance(error, UserError)]:
        if commits.is_shallow(repo):
            raise UserError(f"results of {len(lost)} commits cannot be looked at: {lost[0]}")
        preparation.say(f"left out: results of {len(lost)} commits that are not in this repository")
    if elsewhere := len(known) - len(lost):
        preparation.say(f"left out: results of {elsewhere} commits that no published branch has")
    return overview.make(conf, repo, published.benchmarks, published.graphs, published.revisions)


def _selected(conf: Any, shown: list[Shown], specs: list[str], bench: list[str]) -> list[Shown]:
    """Return the findings in some environments, and those of which a benchmark matches.

    Raises asv's UserError for an environment that is neither here nor in a finding.
    """
    if specs:
        found: dict[str, set[str]] = {
            spec: {
                *here(conf, spec),
                *(one.standing.finding.environment for one in shown if _is(spec, one)),
            }
            for spec in specs
        }
        for spec, names in found.items():
            if not names:
                raise UserError(f"-E {spec}: no such environment is here or has a finding")
        every = set().union(*found.values())
        shown = [one for one in shown if one.standing.finding.environment in every]
    if bench:
        shown = [one for one in shown if _matches(one.standing.finding, bench)]
    return shown


def _is(spec: str, one: Shown) -> bool:
    """Return whether a finding is in an environment of a spec that need not be here."""
    finding = one.standing.finding
    return spec == finding.environment or spec.rpartition(":")[2] == finding.params.get("python")


def _matches(finding: Finding, bench: list[str]) -> bool:
    return any(re.search(regex, alarm.entry) for regex in bench for alarm in finding.alarms)


def _machine(shown: list[Shown]) -> str:
    """Return the machine of all findings, which a fleet is taken for; raise asv's UserError."""
    names = sorted({one.standing.finding.machine for one in shown})
    if len(names) > 1:
        raise UserError(f"the findings are of {', '.join(names)}: name one with --machine")
    return names[0] if names else ""


def _commits(shown: list[Shown]) -> list[str]:
    """Return the commits between which findings are; those in between come with them."""
    of = [one.standing.finding for one in shown]
    return [*dict.fromkeys(commit for one in of for commit in (one.before, one.after))]


def _decide(conf: Any, shown: list[Shown], decisions: dict[State, list[str]], reason: str) -> int:
    """Note what a person says of findings; return the exit code."""
    entries: dict[str, Entry] = {}
    said = []
    for state, ids in decisions.items():
        for id_ in ids:
            finding = _of_id(shown, id_)
            if finding.id in entries:
                raise UserError(f"{id_}: {finding.id} is named twice")
            on = tuple(judged(alarm) for alarm in finding.alarms)
            entries[finding.id] = Entry(
                finding.machine,
                finding.environment,
                finding.before,
                finding.after,
                finding.direction,
                decision=Decision(state, reason, now(), on),
            )
            said.append(f"{finding.id}: {state.value}: {reason}")
    verdicts.add(conf.results_dir, entries)
    preparation.say("\n".join(said))
    return 0


def _of_id(shown: list[Shown], id_: str) -> Finding:
    """Return the finding whose id begins like this."""
    findings = [one.standing.finding for one in shown]
    found = [finding for finding in findings if id_ and finding.id.startswith(id_)]
    if not found:
        raise UserError(
            f"no finding {id_!r} in the published history: `gopybench triage --budget 0` shows all"
        )
    if len(found) > 1:
        names = ", ".join(finding.id for finding in found)
        raise UserError(f"{id_!r} may be any of {names}: give more of the id")
    return found[0]
