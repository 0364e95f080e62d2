"""The file of verdicts: what is read of it is what was written, and bad ones are named."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asv.util import UserError

from gopybench.asvdata import verdicts
from gopybench.asvdata.verdicts import Decision, Entry, Judged, Measurement, State

STEP = Judged("m.time_a", (("n", "10"), ("x", "'a'")), (0.1, 1 / 3))
OTHER = replace(STEP, parameters=())
REAL = Measurement(
    STEP,
    State.REAL,
    "2026-11-28T04:05:06Z",
    why="by CPU time 1.1×",
    ratio=math.pi,
    low=3.0,
    high=3.5,
    turns=14,
    between=("a" * 40, "b" * 40),
    skipped=("c" * 40,),
    machine="other",
)
UNCLEAR = Measurement(OTHER, State.INCONCLUSIVE, "2026-11-28T04:05:06Z", why="fails")
ENTRY = Entry("box", "go1.27", "a" * 40, "b" * 40, "slower", (UNCLEAR, REAL))
DECISION = Decision(State.ACCEPTED, "it is worth it", "2026-11-29T00:00:00Z", (STEP, OTHER))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert verdicts.load(tmp_path) == {}
    verdicts.add(tmp_path, {"1": ENTRY})
    verdicts.add(tmp_path, {"2": replace(ENTRY, measured=(), decision=DECISION)})
    read = verdicts.load(tmp_path)
    assert read == {"1": ENTRY, "2": replace(ENTRY, measured=(), decision=DECISION)}
    assert [path.name for path in tmp_path.iterdir()] == ["verdicts.json"]


def test_the_newer_holds(tmp_path: Path) -> None:
    """Of each benchmark and of what a person says, whichever is added first."""
    later = replace(REAL, date="2026-11-28T05:00:00Z", commit="b" * 40, between=None, skipped=())
    first = replace(ENTRY, measured=(REAL, UNCLEAR))
    second = replace(ENTRY, measured=(later,), decision=DECISION)
    merged = verdicts.merged({"1": first}, {"1": second})
    assert merged == verdicts.merged({"1": second}, {"1": first})
    assert merged["1"].measured == (UNCLEAR, later)
    assert merged["1"].decision == DECISION
    again = replace(DECISION, verdict=State.FIXED, date="2026-11-30T00:00:00Z")
    assert first.with_(second).with_(replace(first, decision=again)).decision == again
    assert second.with_(replace(first, decision=again)).decision == again


def change(data: Any, path: str, value: Any) -> Any:
    """Return the data with another value at a path of keys; without it for no value."""
    key, _, rest = path.partition(".")
    at: Any = int(key) if isinstance(data, list) else key
    if rest:
        data[at] = change(data[at], rest, value)
    elif value is ...:
        del data[at]
    else:
        data[at] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("version", ..., "lacks 'version'"),
        ("version", 2, "has the format 2"),
        ("findings", [], "damaged"),
        ("findings.1", None, "damaged"),
        ("findings.1.machine", 3, "machine is 3"),
        ("findings.1.direction", "up", "not slower or faster"),
        ("findings.1.measured", {}, "measured is {}, not a list"),
        ("findings.1.measured.0.verdict", "accepted", "verdict is 'accepted'"),
        ("findings.1.measured.0.values", [1], "damaged"),
        ("findings.1.measured.0.values", [1, None], "None is not a number"),
        ("findings.1.measured.0.values", [1, True], "True is not a number"),
        ("findings.1.measured.0.parameters", ["n"], "not an object"),
        ("findings.1.measured.0.parameters", {"n": 1}, "n is 1, not a text"),
        ("findings.1.measured.1.ratio", "1", "'1' is not a number"),
        ("findings.1.measured.1.between", ["a" * 40], "between has 1 commits"),
        ("findings.1.measured.1.skipped", [1], "skipped is 1"),
        ("findings.1.measured.1.skipped", ["--all"], "skipped is '--all', not a commit's hash"),
        ("findings.1.before", "HEAD", "before is 'HEAD', not a commit's hash"),
        ("findings.1.measured.1.turns", "14", "turns is '14'"),
        ("findings.1.decision", ..., "lacks 'decision'"),
        ("findings.1.decision.verdict", "real", "verdict is 'real'"),
        ("findings.1.decision.reason", None, "reason is None"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, path: str, value: Any, said: str) -> None:
    file = tmp_path / "verdicts.json"
    verdicts.add(tmp_path, {"1": replace(ENTRY, decision=DECISION)})
    text = json.dumps(change(json.loads(file.read_text()), path, value))
    file.write_text(text)
    with pytest.raises(UserError) as error:
        verdicts.load(tmp_path)
    assert str(file) in str(error.value)
    assert said in str(error.value)
    # Nothing is written over it.
    with pytest.raises(UserError):
        verdicts.add(tmp_path, {"1": ENTRY})
    assert file.read_text() == text


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"version": NaN}'])
def test_what_is_no_such_file(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "verdicts.json").write_bytes(text)
    with pytest.raises(UserError, match=r"verdicts\.json"):
        verdicts.load(tmp_path)
