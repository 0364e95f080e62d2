from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from asv.util import UserError

from gopybench.asvdata import versusfile


def run(date: str, *verdicts: tuple[str, str], commit: str = "a" * 40) -> versusfile.Run:
    """Return a run; each verdict is that of a parameter's value."""
    comparisons = [
        {"benchmark": "b", "first": {"n": n}, "second": {"n": n}, "verdict": verdict}
        for n, verdict in verdicts
    ]
    first, second = ({"environment": name, "notes": {}} for name in ("go1.27", "py"))
    about: dict[str, Any] = {"machine": "box", "commit": commit, "date": date}
    return {**about, "first": first, "second": second, "comparisons": comparisons}


def kept(*runs: versusfile.Run) -> list[tuple[str, str]]:
    both = versusfile.merged(runs)
    return [(r["date"], c["first"]["n"]) for r in both for c in r["comparisons"]]


def test_what_was_measured_again_replaces_what_was_before() -> None:
    early = run("2026-01-01", ("1", "measured"), ("2", "measured"))
    late = run("2026-01-02", ("1", "measured"), ("3", "inconclusive"))
    expected = [("2026-01-01", "2"), ("2026-01-02", "1"), ("2026-01-02", "3")]
    assert kept(early, late) == kept(late, early) == kept(late, early, late) == expected


def test_what_was_tried_in_vain_replaces_nothing_that_was_measured() -> None:
    early = run("2026-01-01", ("1", "measured"), ("2", "inconclusive"))
    late = run("2026-01-02", ("1", "inconclusive"), ("2", "inconclusive"))
    assert kept(early, late) == [("2026-01-01", "1"), ("2026-01-02", "2")]
    assert len(kept(early, run("2026-01-02", ("1", "measured"), commit="b" * 40))) == 3


def test_it_is_written_and_read(tmp_path: Path) -> None:
    assert versusfile.load(tmp_path) == []
    first, second = run("2026-01-01", ("1", "measured")), run("2026-01-02", ("2", "measured"))
    versusfile.add(tmp_path, [first])
    versusfile.add(tmp_path, [second])
    assert versusfile.load(tmp_path) == [first, second]
    assert [path.name for path in tmp_path.iterdir()] == ["versus.json"]


# Its parameters are none.
DAMAGED = run("", ("1", "measured"))
DAMAGED["comparisons"][0]["second"] = "n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is damaged"),
        ("[]", "is damaged"),
        ('{"version": 1, "runs": 3}', "is damaged"),
        ('{"version": 1, "runs": [{"machine": "m"}]}', "is damaged"),
        (json.dumps({"version": 1, "runs": [{**run(""), "first": "go1.27"}]}), "is damaged"),
        (json.dumps({"version": 1, "runs": [DAMAGED]}), "is damaged"),
        ('{"version": 2, "runs": []}', "has version 2: this gopybench reads 1"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "versus.json").write_text(text)
    with pytest.raises(UserError, match=message):
        versusfile.add(tmp_path, [run("2026-01-01", ("1", "measured"))])
    assert (tmp_path / "versus.json").read_text() == text
