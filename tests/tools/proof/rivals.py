"""What others say of two commits: stock asv, and benchstat of Go's part where it is on PATH."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from .watchedcommand import Failed, Runner

# asv's own default, and the gate's threshold.
FACTORS = ("1.05", "1.1")

# A row of asv's comparison: what it says, the ratio, and the benchmark; one without a value on
# a side is left out.
_ROW = re.compile(
    r"^\| ([+x~-]?) +\|[^|]*\d[^|]*\|[^|]*\d[^|]*\| *~?([\d.]+|n/a) *\| (.*?) *\|$", re.M
)


def continuous(runner: Runner, base: str, head: str, options: list[str]) -> dict[str, Any]:
    """Return what ``asv continuous`` says of times, by benchmark with what each factor makes of it.

    Both factors judge what was measured once.
    """
    started = time.monotonic()
    command = ["asv", "continuous", base, head, "--factor", FACTORS[0], *options]
    runner.run(*command, codes=(0, 1))
    seconds = round(time.monotonic() - started, 1)
    said: dict[str, dict[str, str]] = {}
    ratios = {}
    for factor in FACTORS:
        compared = runner.run("asv", "compare", "--factor", factor, base, head)
        for mark, ratio, name in _ROW.findall(compared):
            said.setdefault(name, {})[factor] = mark
            ratios[name] = ratio
    if not said:
        raise Failed(f"asv compared nothing: see {runner.log.name}")
    return {
        "seconds": seconds,
        "comparisons": [
            {"benchmark": name, "ratio": ratios[name], "marks": marks}
            for name, marks in said.items()
        ],
    }


def benchstat(runner: Runner, base: str, head: str, bench: str) -> dict[str, Any] | None:
    """Return what benchstat says of Go's times; None where it is not on PATH.

    Each commit is run ten times for a tenth of a second, one after the other, as
    its manual has it.
    """
    if shutil.which("benchstat") is None:
        return None
    started = time.monotonic()
    pattern = "Work" if bench.startswith("Work") else "."
    with tempfile.TemporaryDirectory() as directory:
        texts = []
        for name, commit in (("base", base), ("head", head)):
            tree = Path(directory, name)
            runner.run("git", "worktree", "add", "--detach", tree, commit)
            try:
                command = ["go", "test", "-run", "^$", "-bench", pattern, "-count", "10"]
                text = runner.run(*command, "-benchtime", "100ms", cwd=tree)
            finally:
                runner.run("git", "worktree", "remove", "--force", tree)
            texts.append(Path(directory, f"{name}.txt"))
            texts[-1].write_text(text)
        found = runner.run("benchstat", "-format", "csv", *texts)
    return {"seconds": round(time.monotonic() - started, 1), "comparisons": judged(found)}


def judged(text: str) -> list[dict[str, str]]:
    """Return the times of benchstat's CSV, each with its change: ~ where it sees none."""
    rows: list[dict[str, str]] = []
    heads: list[str] = []
    for row in csv.reader(text.splitlines()):
        if "vs base" in row:
            heads = row
        elif heads and heads[1] == "sec/op" and len(row) > heads.index("vs base"):
            if row[0] and row[0] != "geomean":
                rows.append({"benchmark": row[0], "change": row[heads.index("vs base")]})
        elif not row:
            heads = []
    return rows
