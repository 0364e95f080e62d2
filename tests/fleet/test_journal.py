"""What of an interrupted command is known to be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from asv.util import UserError

from gopybench.fleet.journal import Journal
from gopybench.fleet.tasks import Task

ONE, TWO = Task("1" * 40, "go1.27"), Task("2" * 40, "go1.27")


def test_the_same_command_goes_on(tmp_path: Path) -> None:
    first = Journal(str(tmp_path), ["NEW"])
    assert first.begin(["2" * 40, "1" * 40]) == ["2" * 40, "1" * 40]
    first.add(TWO)
    first.close(is_done=False)
    second = Journal(str(tmp_path), ["NEW"])
    assert second.done == {TWO}
    # What asv takes for new by now, and what is open of before.
    assert second.begin(["3" * 40]) == ["3" * 40, "2" * 40, "1" * 40]
    second.close(is_done=True)
    assert not [*tmp_path.iterdir()]


def test_another_command_begins_anew(tmp_path: Path) -> None:
    first = Journal(str(tmp_path), ["NEW"])
    first.begin(["1" * 40])
    first.add(ONE)
    other = Journal(str(tmp_path), ["ALL"])
    assert (other.commits, other.done) == ([], set())


def test_the_same_command_does_not_run_twice(tmp_path: Path) -> None:
    first = Journal(str(tmp_path), ["NEW"])
    with pytest.raises(UserError, match="the same command is running already"):
        Journal(str(tmp_path), ["NEW"])
    first.close(is_done=False)
    Journal(str(tmp_path), ["NEW"]).close(is_done=True)


@pytest.mark.parametrize("half", ['["111', '{"commits": ["1"', "", "\x00\x00", "[]", "7"])
def test_a_line_that_was_not_finished_is_no_harm(tmp_path: Path, half: str) -> None:
    first = Journal(str(tmp_path), ["NEW"])
    first.begin(["2" * 40])
    first.add(ONE)
    first.path.open("a").write(half)
    first.close(is_done=False)
    second = Journal(str(tmp_path), ["NEW"])
    second.add(TWO)
    second.close(is_done=False)
    third = Journal(str(tmp_path), ["NEW"])
    assert third.done == {ONE, TWO}
    assert third.commits == ["2" * 40]
