"""Which runtimes there are and which of them are measured."""

from __future__ import annotations

import pytest

from gopybench.machine.runtimes import Runtime, asv_options

from ..conftest import GO, Project


@pytest.mark.parametrize(
    ("here", "everything", "chosen"),
    [
        (["3.9", "3.14", "3.10"], False, ["virtualenv:3.14"]),
        (["3.13", "3.14t", "pypy3"], False, ["virtualenv:3.13", "virtualenv:pypy3"]),
        (["3.13", "3.14t"], True, ["virtualenv:3.13", "virtualenv:3.14t"]),
        (["pypy3"], False, ["virtualenv:pypy3"]),
        (["3.13", "go1.27", "go1.21"], False, ["virtualenv:3.13", "go:1.27", "go:1.21"]),
        (["go1.27"], True, ["go:1.27"]),
    ],
)
def test_which_environments_are_measured(
    here: list[str], everything: bool, chosen: list[str]
) -> None:
    runtimes = [Runtime(name, "here") for name in here]
    runtimes += [Runtime("3.15", None, "not here"), Runtime("go1.99", None, "not here")]
    options = asv_options(runtimes, everything=everything)
    assert options[::2] == ["-E"] * len(chosen)
    assert options[1::2] == chosen


def test_the_runtimes_of_the_configuration(project: Project) -> None:
    config = project.json("asv.conf.json")
    missing = ["3.99", "3.99t", "pypy9", "go1.99"]
    config["pythons"] = [*missing, GO]
    project.write("asv.conf.json", config)
    lines = project.run("gopybench", "runtimes").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == config["pythons"]
    assert all("not here: no " in line for line in lines[2:6])
    assert f"{GO}." in lines[6]
    config["pythons"] = missing
    project.write("asv.conf.json", config)
    run = project.run("gopybench", "runtimes", "--asv-options", "all", code=1)
    assert "nothing can be measured" in run.stderr
