"""The command of ``make proof``: do the trials that are missing, until it is told to stop."""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
import time
from collections import Counter
from pathlib import Path

from filelock import FileLock, Timeout

from ...conftest import GO, ROOT
from . import circumstances, gatetrial, historytrial, proofpage, rawlines, workproject
from .gatetrial import Scope
from .historyplan import HISTORIES
from .plan import BUSY, HISTORY, PARTS, TIMES, Trial, expected, upcoming
from .rawlines import Line
from .watchedcommand import Failed, Runner, Stop, Stopped

WORK = ROOT / "build" / "proof"

# One benchmark of one runtime, with a slowdown that nobody can miss.
QUICK_TRIAL = Trial("planted", BUSY, 100, TIMES, 1)
QUICK_SCOPE = Scope(r"Work\.time_work\('maps'", (GO,), 5)


def minutes(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.proof",
        description="Do the next missing trial of the proof, and the next, until all are done. "
        "Ctrl-C stops it: only the trial that runs is lost.",
    )
    parser.add_argument("--minutes", type=minutes, default=math.inf, help="stop after so many")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this; may be repeated")
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--plan", action="store_true", help="only say what is done and what is missing"
    )
    one.add_argument(
        "--tables", action="store_true", help="only fill in the tables of docs/proof.md"
    )
    one.add_argument(
        "--quick", type=Path, metavar="DIR", help="do one tiny trial in DIR, to see that it works"
    )
    return parser.parse_args()


def say(words: str) -> None:
    print(words, flush=True)


def told(line: Line) -> str:
    """Return what a trial gave, in a line."""
    if "triage" in line:
        states = Counter(finding["verdict"] for finding in line["triage"]["findings"])
        found = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        return f"{line['trial']}: triage says {found or 'nothing'}"
    verdicts = Counter(c["verdict"] for c in line["gate"]["comparisons"])
    parts = [", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))]
    parts.append(f"gate {line['gate']['seconds'] / 60:.1f} min")
    if "asv" in line:
        slower = sum(c["marks"].get("1.05") == "+" for c in line["asv"]["comparisons"])
        parts.append(f"asv {slower} slower in {line['asv']['seconds'] / 60:.1f} min")
    return f"{line['trial']}: {'; '.join(parts)}; {line['seconds'] / 60:.1f} min in all"


def done_of(part: str) -> list[Line]:
    """Return the trials of a part that were done with today's deciding code."""
    code = circumstances.deciding_code()
    return [line for line in rawlines.read(part) if line["code"] == code]


def show_plan(parts: list[str]) -> None:
    for part in parts:
        lines = done_of(part)
        names = {line["trial"] for line in lines}
        took = expected(part, [line["seconds"] for line in lines])
        missing = [trial.name for trial in PARTS[part] if trial.name not in names]
        say(f"{part}: {len(PARTS[part]) - len(missing)} of {len(PARTS[part])} trials are done")
        if missing:
            hours = f", {len(missing) * took / 3600:.1f} hours" if part not in HISTORIES else ""
            say(f"  missing{hours}: {', '.join(missing)}")


def go_on(parts: list[str], deadline: float, stop: Stop) -> None:
    """Do what is missing, trial by trial.

    Raises Failed, Stopped, Broken.
    """
    with (WORK / "log.txt").open("a", encoding="utf-8") as log:
        while True:
            lines = {part: done_of(part) for part in PARTS}
            done = {part: {line["trial"] for line in of} for part, of in lines.items()}
            took = {part: [line["seconds"] for line in of] for part, of in lines.items()}
            trial = upcoming(parts, done, took, deadline - time.monotonic())
            if trial is None:
                break
            longest = expected(trial.part, took[trial.part]) / 60
            of = f"{len(done[trial.part]) + 1} of {len(PARTS[trial.part])}"
            how_long = "goes on where it stopped" if trial.by == HISTORY else f"{longest:.0f} min"
            say(f"{trial.name} ({of} of {trial.part}, {how_long}) …")
            if trial.by == HISTORY:
                project = historytrial.project_of(trial.part, WORK)
                line = historytrial.trial(trial, Runner(project, log, deadline, stop), WORK, say)
            else:
                runner = Runner(workproject.project_in(WORK), log, deadline, stop)
                line = gatetrial.measure(trial, Scope.of(trial), runner)
            rawlines.append(line)
            proofpage.refill()
            say(told(line))
            if (in_use := line["machine"]["in_use"]) > 0.1:
                say(f"  {100 * in_use:.0f} % of the processors was in use before it began")
    show_plan(parts)


def quick(directory: Path, stop: Stop) -> None:
    """Do one tiny trial, and print what would be in the tables."""
    project = workproject.project_in(directory.resolve(), workproject.GO_FILES)
    with (directory / "log.txt").open("a", encoding="utf-8") as log:
        runner = Runner(project, log, math.inf, stop)
        line = gatetrial.measure(QUICK_TRIAL, QUICK_SCOPE, runner)
    rawlines.append(line, directory)
    say(told(line))
    say(proofpage.tables(directory)["planted"])


def main() -> int:
    options = arguments()
    parts = options.part or list(PARTS)
    if options.plan:
        show_plan(parts)
        return 0
    if options.tables:
        proofpage.refill()
        return 0
    stop = Stop()
    work = options.quick or WORK
    work.mkdir(parents=True, exist_ok=True)
    with FileLock(work / "lock", timeout=0):
        if options.quick:
            quick(options.quick, stop)
        else:
            go_on(parts, time.monotonic() + 60 * options.minutes, stop)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Stopped as reason:
        say(f"{reason}: what ran is lost, all before it is kept")
        sys.exit(130 if str(reason) == "stopped" else 0)
    except Timeout:
        sys.exit("another proof is at work in build/proof: wait for it, or stop it")
    except (Failed, rawlines.Broken) as error:
        sys.exit(f"error: {error}")
