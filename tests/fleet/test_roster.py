"""What workers say of themselves -> who may measure: nonsense is left out, a spare steps in."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from gopybench.fleet import announcement, tasks, worker
from gopybench.fleet.cluster import Failed
from gopybench.fleet.project import Project
from gopybench.fleet.roster import Roster

FACTS = announcement.make()
LISTED = {"environments": [{"name": "go1.27", "select": "go1.27", "runtime": "go1.27.3"}]}


class Future:
    """A function that is done."""

    def __init__(self, said: object) -> None:
        self.said = said

    def done(self) -> bool:
        return True


class Workers:
    """Workers that answer what a test has them say."""

    def __init__(self) -> None:
        self.announced: dict[str, object] = {}
        self.prepared: dict[str, list[object]] = {}
        self.bundles: list[bytes | None] = []

    def workers(self) -> set[str]:
        return {*self.announced}

    def ask(self, function: Callable[[], Any], addresses: Collection[str]) -> dict[str, object]:
        assert function is worker.announce
        return {address: self.announced[address] for address in addresses}

    def start(self, address: str, function: Callable[..., Any], *args: Any) -> Future:
        assert function is worker.prepare
        self.bundles.append(args[-1])
        return Future(self.prepared.get(address, [json.dumps(LISTED)]).pop(0))

    def outcome(self, future: Future) -> object:
        if isinstance(future.said, Exception):
            raise future.said
        return future.said

    def give_up(self, future: Future) -> None:
        pass


class Bundled(Project):
    def bundle(self) -> bytes:
        return b"a bundle"


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def roster(workers: Workers, said: list[str]) -> Roster:
    project = Bundled(Path(), "1" * 40, "2" * 16, "asv.conf.json", True)
    return Roster(workers, project, [], [], said.append)  # type: ignore[arg-type]


def look(roster: Roster) -> set[str]:
    for _ in range(3):
        roster.look()
    return {*roster.machines}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (OSError("cannot import gopybench"), "cannot import gopybench"),
        ("{", "Expecting property name"),
        ([], "a list in place of text"),
        (json.dumps({**FACTS, "name": 7}), "it does not say its name"),
        (json.dumps({**FACTS, "gopybench": "0.0.1"}), "it has gopybench 0.0.1, not "),
        (json.dumps({**FACTS, "described": "{}"}), "it does not describe its machine"),
        (json.dumps({**FACTS, "described": "\x1b"}), "Expecting value"),
        ('"' + "x" * (2 << 20) + '"', "characters of at most"),
    ],
)
def test_nonsense_is_left_out(
    roster: Roster, workers: Workers, said: list[str], answer: object, why: str
) -> None:
    workers.announced = {"tcp://bad": answer, "tcp://good": json.dumps(FACTS)}
    assert look(roster) == {"tcp://good"}
    (line,) = said
    assert line.startswith("left out: the worker tcp://bad: ")
    assert why in line
    assert "\x1b" not in line
    assert roster.is_settled
    assert not roster.is_refused


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Failed("git fetch: no space left"), "git fetch: no space left"),
        ("7", "JSON that is no object"),
        (json.dumps({"environments": 7}), "not iterable"),
        (json.dumps({"environments": ["x"]}), ""),
        (json.dumps({"environments": [{"name": "x"}]}), "no runtime"),
        (json.dumps({}), "environments"),
    ],
)
def test_what_cannot_be_prepared_is_left_out(
    roster: Roster, workers: Workers, said: list[str], answer: object, why: str
) -> None:
    workers.announced = {"tcp://bad": json.dumps(FACTS)}
    workers.prepared = {"tcp://bad": [answer]}
    assert look(roster) == set()
    assert said[0].startswith(f"left out: {FACTS['name']}: ")
    assert why in said[0]
    assert roster.is_refused


def test_a_bundle_is_sent_where_commits_are_not_there(roster: Roster, workers: Workers) -> None:
    workers.announced = {"tcp://new": json.dumps(FACTS)}
    workers.prepared = {"tcp://new": ['{"lacks": true}', json.dumps(LISTED)]}
    assert look(roster) == {"tcp://new"}
    assert workers.bundles == [None, b"a bundle"]


def test_another_worker_of_a_machine_takes_its_place(
    roster: Roster, workers: Workers, said: list[str]
) -> None:
    workers.announced = dict.fromkeys(["tcp://a", "tcp://b"], json.dumps(FACTS))
    (first,) = look(roster)
    del workers.announced[first]
    (second,) = look(roster)
    assert second != first
    assert said == [f"{FACTS['name']} is gone ({first})"]


def test_what_asv_says_is_said_once(roster: Roster, workers: Workers, said: list[str]) -> None:
    for name in "ab":
        workers.announced[f"tcp://{name}"] = json.dumps({**FACTS, "machine": name, "name": name})
        workers.prepared[f"tcp://{name}"] = [json.dumps({**LISTED, "words": "no \x1bpypy3"})]
    assert len(look(roster)) == 2
    assert len(said) == 1
    assert said[0].endswith(": no \\x1bpypy3")


def test_a_machine_that_another_client_has_is_asked_again(
    roster: Roster, workers: Workers, said: list[str]
) -> None:
    workers.announced = {"tcp://a": json.dumps(FACTS)}
    workers.prepared = {"tcp://a": [tasks.BUSY, json.dumps(LISTED)]}
    assert look(roster) == set()
    assert roster.is_settled
    assert roster.is_waiting
    assert not roster.is_refused
    # A moment later.
    roster._waiting["tcp://a"] = 0.0
    assert look(roster) == {"tcp://a"}
    assert said == [f"{FACTS['name']}: takes turns for another client; this waits for it"]
