"""Results that are read again: as they are on the disk, whoever changed what was read before."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from asv.results import Results
from asv.util import UserError

from gopybench.asvdata import parsedresults, soundness

LOAD = Results.load.__func__  # type: ignore[attr-defined]
COLUMNS = ["result", "params", "version", "started_at", "duration", "stats_repeat", "samples"]


def write(path: Path, value: Any, at: int) -> None:
    """Write a results file as of a second."""
    of = {"commit_hash": "c" * 40, "env_name": "e", "python": "3.13", "date": 1}
    row = [[value], [], "1", 1, 0.5, [3], [[value, float("inf")]]]
    content = {**of, "params": {"machine": "box"}, "requirements": {}, "env_vars": {}, "version": 2}
    path.write_text(
        json.dumps({**content, "result_columns": COLUMNS, "results": {"m.time_a": row}})
    )
    os.utime(path, (at, at))


@pytest.mark.parametrize("most", [parsedresults._MOST, 0])
def test_a_file_is_as_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(parsedresults, "_MOST", most)
    load = parsedresults.remembered(LOAD, soundness.checked(LOAD))
    path = tmp_path / "box" / "cccccccc-e.json"
    path.parent.mkdir()
    write(path, 1.0, at=1)
    first = load(Results, str(path), "box")
    whole = vars(LOAD(Results, str(path), "box"))
    first._results["m.time_a"].append("of whoever has it")
    assert vars(load(Results, str(path), "box")) == whole
    # Who asks for another machine's is told so, as before.
    with pytest.raises(UserError, match="machine name is not 'other'"):
        load(Results, str(path), "other")
    write(path, 2.0, at=2)
    assert load(Results, str(path), "box").get_result_value("m.time_a", []) == [2.0]
    write(path, "x", at=3)
    for _ in range(2):
        with pytest.raises(UserError, match="is damaged"):
            load(Results, str(path), "box")
    path.unlink()
    with pytest.raises(FileNotFoundError):
        load(Results, str(path), "box")


def test_what_is_sound_is_checked_once(tmp_path: Path) -> None:
    checked = []

    def check(cls: Any, path: str, machine_name: str | None = None) -> Results:
        checked.append(path)
        return LOAD(cls, path, machine_name=machine_name)

    load = parsedresults.remembered(LOAD, check)
    path = tmp_path / "box" / "cccccccc-e.json"
    path.parent.mkdir()
    write(path, 1.0, at=1)
    for _ in range(3):
        load(Results, str(path), "box")
    assert checked == [str(path)]
