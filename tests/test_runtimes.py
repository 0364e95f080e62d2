"""Which runtimes there are and which of them are measured."""

from __future__ import annotations

import json

import pytest

from gopybench.runtimes import Runtime, asv_options

from .conftest import GO, Project


@pytest.mark.parametrize(
    ("here", "everything", "chosen"),
    [
        (["3.9", "3.14", "3.10"], False, ["3.14"]),
        (["3.13", "3.14t", "pypy3"], False, ["3.13", "pypy3"]),
        (["3.13", "3.14t", "pypy3"], True, ["3.13", "3.14t", "pypy3"]),
        (["pypy3"], False, ["pypy3"]),
    ],
)
def test_which_environments_are_measured(
    here: list[str], everything: bool, chosen: list[str]
) -> None:
    runtimes = [Runtime(name, "here") for name in here]
    runtimes += [Runtime("3.15", None, "not here"), Runtime("go1.27", "here")]
    options = asv_options(runtimes, everything=everything)
    assert options[1::2] == [f"virtualenv:{name}" for name in chosen]


def test_the_runtimes_of_the_configuration(project: Project) -> None:
    config = project.json("asv.conf.json")
    config["pythons"] = ["3.99", "3.99t", "pypy9"]
    (project.path / "asv.conf.json").write_text(json.dumps(config))
    lines = project.run("gopybench", "runtimes").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["3.99", "3.99t", "pypy9", GO]
    assert all("not here: no " in line for line in lines[2:5])
    run = project.run("gopybench", "runtimes", "--asv-options", "all", code=1)
    assert "no Python can be measured" in run.stderr
