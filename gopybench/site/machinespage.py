"""The campaigns of each machine -> the page ``machines.html``, and its CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gopybench.asvdata import campaigns
from gopybench.site import htmltemplates
from gopybench.site.campaigndrift import MEMORY, TIME, Drift, Measured, Move
from gopybench.site.htmltemplates import MACHINES
from gopybench.site.humannumbers import times
from gopybench.site.model import Campaign, Site
from gopybench.site.spreadsheetcsv import as_csv

# What the JSON is written as: see docs/site.md.
FORMAT = 1

# As many campaigns of a machine are shown whole; of the others it is said that they are there.
MAX_WHOLE = 12

# As many machines have a sentence.
_MAX_SAID = 3

NOT_NOTED = "not noted"

# What is noted of all that a campaign measured, and of each runtime, in words for people.
_OF_ALL = {
    "@cpu": "CPU",
    "@kernel": "Kernel",
    "@libc": "C library",
    "@system": "System",
    "@settings": "Settings",
    "@measured-with": "Measured with",
}
_OF_RUNTIME = {"@runtime": "Build", "@compiler": "Compiler", "@packages": "Packages"}


@dataclass(frozen=True)
class Session:
    """A campaign with what is shown of it.

    Attributes:
        place: its place among the site's campaigns.
        drifts: by environment, how it drifted since an earlier one.
    """

    place: int
    drifts: Mapping[int, Drift]


def write(site: Site, out: Path) -> None:
    """Write the page and its files into a directory."""
    measured = Measured(site)
    machines = [[*_sessions(site, measured, machine)] for machine in range(len(site.machines))]
    said = sentences(site, machines)
    text = htmltemplates.render(
        "machines.html",
        site,
        MACHINES,
        sentences=said,
        machines=[
            {
                "machine": site.machines[number],
                "sessions": [
                    _shown(site, measured, one, before)
                    for one, before in zip(sessions, [*sessions[1:], None])
                ],
            }
            for number, sessions in enumerate(machines)
        ],
        most=MAX_WHOLE,
        not_noted=NOT_NOTED,
    )
    rows = [row for of in machines for one in of for row in _rows(site, measured, one)]
    whole = {"version": FORMAT, "project": site.project, "sentences": said, "campaigns": rows}
    as_json = json.dumps(whole, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for ending, content in ((".html", text), (".csv", _as_csv(rows)), (".json", f"{as_json}\n")):
        path = (out / MACHINES).with_suffix(ending)
        path.write_text(content, encoding="utf-8", newline="")


def _sessions(site: Site, measured: Measured, machine: int) -> Iterator[Session]:
    """Yield the campaigns of a machine, the latest first; the old ones without their drift."""
    places = [i for i, campaign in enumerate(site.campaigns) if campaign.machine == machine]
    for number, place in enumerate(reversed(places)):
        drifts = measured.drifts(place) if number < MAX_WHOLE else ()
        yield Session(place, {drift.environment: drift for drift in drifts})


def sentences(site: Site, machines: Sequence[Sequence[Session]]) -> list[str]:
    """Return how many there are, and how the last campaign of each machine drifted."""
    said = [f"{_number(machines, 'machine')}, {_number(site.campaigns, 'campaign')}."]
    of_each = [_of_last(site, sessions) for sessions in machines]
    if len(machines) == 1:
        return said + [text for text, _ in of_each if text]
    # Those first that say something; of many machines nobody reads all.
    found = sorted(zip(of_each, site.machines), key=lambda of: not of[0][1])
    for (text, _), machine in [of for of in found if of[0][0]][:_MAX_SAID]:
        said.append(f"On {machine.name} {text[0].lower()}{text[1:]}")
    return said


def _of_last(site: Site, sessions: Sequence[Session]) -> tuple[str, bool]:
    """Return how the last campaign of a machine drifted, and whether by more than the code."""
    if len(sessions) < 2:
        return "", False
    last, before = sessions[0], sessions[1].place
    drifts = [drift for drift in last.drifts.values() if TIME in drift.moves]
    moved = [drift for drift in drifts if drift.moves[TIME].is_common]
    others = {drift.since for drift in moved or drifts}
    if not others:
        return "The last campaign has no time in common with one before.", False
    if others == {before}:
        which = "The last two"
    else:
        days = " and ".join(_label(site, site.campaigns[since]) for since in sorted(others))
        which = f"The last and {days}"
    ratios = [(_runtime(site, drift), times(drift.moves[TIME].ratio)) for drift in moved or drifts]
    listed = ", ".join(f"{runtime} {ratio}" for runtime, ratio in ratios)
    if moved:
        return f"{which} differ by more than the code: {listed}.", True
    if any(drift.moves[TIME].has_moved for drift in drifts):
        return f"{which} differ in some values: {listed}.", False
    return f"{which} agree: {listed}.", False


def _number(of: Collection[Any], what: str) -> str:
    return f"{len(of):,} {what}{'' if len(of) == 1 else 's'}"


def _runtime(site: Site, drift: Drift) -> str:
    return site.environments[drift.environment].label


def _label(site: Site, campaign: Campaign) -> str:
    """Return a campaign's label without its machine, below whose name it stands."""
    return campaign.label.replace(f" on {site.machines[campaign.machine].name}", "", 1)


def _shown(
    site: Site, measured: Measured, session: Session, before: Session | None
) -> dict[str, Any]:
    """Return a campaign as the template shows it; *before* is the one before on its machine."""
    campaign = site.campaigns[session.place]
    environments = measured.environments(session.place)
    every = [campaign.measured[e].noted for e in environments if e in campaign.measured]
    return {
        "label": _label(site, campaign),
        "commits": measured.commits(session.place),
        "runtimes": [site.environments[e].label for e in environments],
        "system": _system(every),
        "drifted": [_drift(site, d) for d in session.drifts.values() if _is_notable(d)],
        "rest": _rest(session),
        "since": _other_since(site, session, before),
        "facts": [(words, _fact(every, key)) for key, words in _OF_ALL.items()],
        "with": [
            {
                "runtime": site.environments[e].label,
                "commits": measured.commits(session.place, e),
                "facts": [
                    (words, _fact([campaign.measured[e].noted], key))
                    for key, words in _OF_RUNTIME.items()
                ],
                "drift": _since(site, session.drifts[e]) if e in session.drifts else "",
                "differences": session.drifts[e].differences if e in session.drifts else (),
            }
            for e in environments
            if e in campaign.measured
        ],
    }


def _fact(every: Collection[Mapping[str, str]], key: str) -> str:
    """Return what was first noted under a key, empty where nothing was."""
    return next((of[key] for of in every if of.get(key)), "")


def _system(every: Collection[Mapping[str, str]]) -> str:
    kernel, library = _fact(every, "@kernel"), _fact(every, "@libc")
    if not kernel:
        return _fact(every, "@system")
    return ", ".join(filter(None, (f"kernel {kernel.split()[0]}", library)))


def _other_since(site: Site, session: Session, before: Session | None) -> str:
    """Return the campaigns since which it drifted, where that is not the one before."""
    places = {drift.since for drift in session.drifts.values()}
    if before is None or places <= {before.place}:
        return ""
    return ", ".join(_label(site, site.campaigns[place]) for place in sorted(places))


def _is_notable(drift: Drift) -> bool:
    return any(move.is_common for move in drift.moves.values())


def _drift(site: Site, drift: Drift) -> str:
    """Return how much a runtime drifted, with its name."""
    return f"{_runtime(site, drift)} {_moves(drift)}"


def _moves(drift: Drift) -> str:
    said = []
    for unit, words in ((TIME, "time"), (MEMORY, "memory")):
        if move := drift.moves.get(unit):
            said.append(f"{words} {times(move.ratio)} ({_values(move)})")
    return ", ".join(said) or "nothing to compare"


def _values(move: Move) -> str:
    return "1 value" if move.values == 1 else f"{move.values:,} values"


def _rest(session: Session) -> str:
    """Return how those drifted that are not listed."""
    rest = [drift for drift in session.drifts.values() if not _is_notable(drift)]
    ratios = sorted(drift.moves[TIME].ratio for drift in rest if TIME in drift.moves)
    if not ratios:
        return ""
    others = "the others " if len(rest) < len(session.drifts) else ""
    ends = [times(ratio) for ratio in (ratios[0], ratios[-1])]
    return others + (ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}")


def _since(site: Site, drift: Drift) -> str:
    """Return all that is known of a drift."""
    said = [f"since {_label(site, site.campaigns[drift.since])}: {_moves(drift)}"]
    for unit, words in ((TIME, "times"), (MEMORY, "memory")):
        move = drift.moves.get(unit)
        if move and move.alike:
            said.append(f"{move.alike:,} of the {move.values:,} {words} went the same way")
    if drift.other_code:
        said.append(f"{drift.other_code:,} not compared: the benchmark’s code is other")
    if drift.not_known:
        said.append(f"{drift.not_known:,} not compared: the benchmark’s code was not noted")
    return "; ".join(said)


def _rows(site: Site, measured: Measured, session: Session) -> Iterator[dict[str, Any]]:
    """Yield what the JSON has of each runtime in a campaign."""
    campaign = site.campaigns[session.place]
    for environment in measured.environments(session.place):
        of = campaign.measured.get(environment)
        drift = session.drifts.get(environment)
        yield {
            "machine": site.machines[campaign.machine].name,
            "campaign": campaign.label,
            "day": campaign.day,
            "boot": of.boot if of else "",
            "runtime": site.environments[environment].label,
            "environment": site.environments[environment].params,
            "commits": measured.commits(session.place, environment),
            "noted": _noted(of),
            "drift": _as_json(site, drift) if drift else None,
        }


def _noted(of: campaigns.Campaign | None) -> dict[str, str]:
    pairs = of.noted.items() if of else ()
    return {key: value for key, value in pairs if key.startswith("@") and value}


def _as_json(site: Site, drift: Drift) -> dict[str, Any]:
    return {
        "since": site.campaigns[drift.since].label,
        "time": drift.moves[TIME]._asdict() if TIME in drift.moves else None,
        "memory": drift.moves[MEMORY]._asdict() if MEMORY in drift.moves else None,
        "not_known": drift.not_known,
        "other_code": drift.other_code,
        "differences": list(drift.differences),
    }


def _as_csv(rows: Collection[Mapping[str, Any]]) -> str:
    plain = ("machine", "campaign", "day", "boot", "runtime", "commits")
    noted = (*_OF_RUNTIME, *_OF_ALL)
    of_drift = [f"{what} {of}" for what in ("time", "memory") for of in ("ratio", "values")]
    head = [*plain, *(key.lstrip("@") for key in noted), "since", *of_drift]
    lines = []
    for row in rows:
        drift = row["drift"] or {}
        moves = [drift.get(what) or {} for what in ("time", "memory")]
        line = [*(row[key] for key in plain), *(row["noted"].get(key, "") for key in noted)]
        ratios = [move.get(of, "") for move in moves for of in ("ratio", "values")]
        lines.append([*line, drift.get("since", ""), *ratios])
    return as_csv(head, lines)
