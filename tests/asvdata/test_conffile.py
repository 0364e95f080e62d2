"""asv's configuration by the names that asv gives it."""

from __future__ import annotations

import json

import pytest

from ..conftest import CONFIG, Project

COMMENTED = "// By asv's other name.\n" + json.dumps(CONFIG)

COMMANDS = [
    ["import-go"],
    ["export-go"],
    ["table"],
    ["report"],
    ["doctor"],
    ["runtimes"],
    ["gate", "HEAD"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
class TestEveryCommand:
    def test_reads_the_name_with_comments(self, project: Project, command: list[str]) -> None:
        project.commit()
        (project.path / "asv.conf.json").unlink()
        (project.path / "asv.conf.jsonc").write_text(COMMENTED)
        text = "pkg: example.com/m\ngo-version: go1.27\nBenchmarkA 1 5 ns/op\n"
        project.import_go(text)
        run = project.run("gopybench", *command, code=None, input=text)
        assert "configuration" not in run.stderr
        # It came as far as the command's own work.
        whats = {"table": "own benchmarks", "report": "own benchmarks", "gate": "the same commit"}
        assert whats.get(command[0], "") in run.stderr
        assert run.returncode == {"gate": 2, "table": 1, "report": 1}.get(command[0], 0)

    def test_asks_which_where_both_are_here(self, project: Project, command: list[str]) -> None:
        (project.path / "asv.conf.jsonc").write_text(COMMENTED)
        run = project.run("gopybench", *command, code=None)
        assert "asv.conf.json and asv.conf.jsonc are here; name one with --config" in run.stderr
        assert run.returncode in (1, 2)
        assert run.stdout == ""

    def test_says_that_there_is_none(self, project: Project, command: list[str]) -> None:
        (project.path / "asv.conf.json").unlink()
        run = project.run("gopybench", *command, code=None)
        assert "no configuration file asv.conf.json; name it with --config" in run.stderr


def test_one_of_both_is_named(project: Project) -> None:
    project.commit()
    (project.path / "asv.conf.jsonc").write_text(COMMENTED)
    assert "3.13" in project.run("gopybench", "runtimes", "--config", "asv.conf.jsonc").stdout
