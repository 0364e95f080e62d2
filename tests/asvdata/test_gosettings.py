from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from asv.util import UserError

from gopybench.asvdata import gosettings

from ..conftest import Project


def load(**block: Any) -> gosettings.Settings:
    (settings,) = gosettings.load(SimpleNamespace(go=block)).blocks
    return settings


def test_the_defaults() -> None:
    assert load() == gosettings.Settings()
    assert gosettings.load(SimpleNamespace()) == gosettings.Blocks()


def test_flags_are_split_as_go_test_does() -> None:
    given = load(
        flags=[
            *("-race", "-benchmem", "-cpu", "1,2", "-ldflags", "-X a=b", "-short", "-mod", "mod"),
            *("-parallel=3", "-shuffle", "on", "-args", "-v"),
        ],
        tags=["one", "two"],
    )
    assert given.build_flags == ("-race", "-ldflags", "-X a=b", "-mod=mod", "-tags=one,two")
    assert given.run_flags == (
        *("-test.benchmem", "-test.short", "-test.parallel=3", "-test.shuffle=on"),
    )
    assert given.cpus == (1, 2)
    assert given.arguments == ("-v",)


def test_later_attributes_override_earlier_ones() -> None:
    given = load(attributes={".*": {"rounds": 4, "number": 3}, r"slow\.": {"rounds": 1}})
    assert given.benchmark_attributes("a.time_a")["rounds"] == 4
    slow = given.benchmark_attributes("slow.time_a")
    assert (slow["rounds"], slow["number"], slow["sample_time"]) == (1, 3, 0.01)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"dri": "go"}, "no key 'dri'"),
        ({"dir": 1}, '"dir" of "go" is 1'),
        ({"packages": "./..."}, '"packages" of "go"'),
        ({"flags": [1]}, '"flags" of "go"'),
        ({"env": {"A": 1}}, '"env" of "go"'),
        ({"build_command": "make"}, '"build_command" of "go"'),
        ({"benchmarks": "("}, '"benchmarks" of "go" is \'(\''),
        ({"instructions": True}, '"instructions" of "go" is True, but should be a string'),
        ({"instructions": "["}, '"instructions" of "go" is \'[\''),
        ({"benchmarks_from": "HEAD"}, '"working-tree" or "commit"'),
        ({"units": {"qps": "up"}}, '"units" of "go"'),
        ({"units": ["qps"]}, '"units" of "go"'),
        ({"flags": ["-count=3"]}, "asv's attribute repeat"),
        ({"flags": ["-test.benchtime", "1s"]}, "asv's attribute number or sample_time"),
        ({"flags": ["-cpu=two"]}, "-cpu 'two'"),
        ({"attributes": {"rounds": 2}}, '"attributes" of "go"'),
        ({"attributes": {".*": {"round": 2}}}, "'round', which is not one of asv's"),
        ({"attributes": {".*": {"repeat": [1, 2]}}}, "[1, 2]"),
        ({"attributes": {".*": {"repeat": [5]}}}, "[5]"),
        ({"attributes": {".*": {"number": "many"}}}, "'many'"),
        ({"flags": ["-vet=off"]}, "-vet=off"),
        ({"flags": ["-skip=X"]}, "with the key benchmarks"),
        ({"flags": ["-memprofile=m"]}, "asv run --profile"),
        ({"flags": ["-cpu=0"]}, "-cpu '0'"),
        ({"attributes": {"(": {}}}, "a regular expression"),
    ],
)
def test_what_is_wrong_is_named(block: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as error:
        load(**block)
    assert message in str(error.value)


def test_a_list_of_blocks() -> None:
    given = [{"dir": "."}, {"dir": "a", "tags": ["x"]}, {"dir": "a/deep"}, {"dir": "b"}]
    blocks = gosettings.load(SimpleNamespace(go=given))
    for directory, expected in (
        (".", "."),
        ("other", "."),
        ("ab", "."),
        ("a", "a"),
        ("a/x", "a"),
        ("a/deep/er", "a/deep"),
        ("b", "b"),
    ):
        assert blocks.of(directory).dir == expected
    assert blocks.of("a").build_flags == ("-tags=x",)
    (only,) = gosettings.load(SimpleNamespace(go=[{"dir": "a"}])).blocks
    assert only == gosettings.Settings(dir="a")
    # What is in none of them.
    blocks = gosettings.load(SimpleNamespace(go=given[1:]))
    assert blocks.of(".").dir == "a"


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([], '"go" is [], but should be an object such as {"dir": "."}, or a list'),
        ([{"dir": "."}, 1], 'or a list of such (block 2 of "go")'),
        ([{"dir": "."}, {"dir": "a", "flags": ["-c"]}], '(block 2 of "go")'),
        ([{"dir": "a"}, {}, {"dir": "./a/"}], """two blocks of "go" have the "dir" './a/'"""),
    ],
)
def test_what_is_wrong_in_a_list(blocks: list[Any], message: str) -> None:
    with pytest.raises(UserError) as error:
        gosettings.load(SimpleNamespace(go=blocks))
    assert message in str(error.value)


def test_asv_reports_it_without_a_traceback(project: Project) -> None:
    config = project.json("asv.conf.json")
    config.update(pythons=["go1.27"], go={"dri": "."})
    project.write("asv.conf.json", config)
    run = project.run("asv", "run", code=1)
    assert "no key 'dri'" in run.stdout + run.stderr
