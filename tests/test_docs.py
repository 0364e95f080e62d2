"""What the documents say exists: links lead somewhere, commands and settings are there."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import re
import runpy
import shlex
import subprocess
from pathlib import Path

import pytest
from asv.commands import make_argparser
from asv.config import Config

from gopybench import cli

from .conftest import BIN, CONFIG, ROOT, Project

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
)
# Written by hand; the report is a command's output.
WRITTEN = [name for name in DOCUMENTS if name != "docs/report.md"]

# Commands whose words are not checked: other people's, or the shell's.
OTHERS = {
    *(".", "cd", "mkdir", "touch"),
    *("benchstat", "dask", "git", "go", "pip", "pytest", "python3", "rsync"),
}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose_of(name: str) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text_of(name), flags=re.M | re.S)


def blocks_of(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(name), re.M | re.S)


def anchors_of(name: str) -> set[str]:
    """Return the anchors that GitHub makes of a document's headings."""
    headings = re.findall(r"^#+ (.*)$", prose_of(name), re.M)
    plain = (re.sub(r"\[(.*?)\]\(.*?\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def links_of(name: str) -> list[str]:
    code = re.sub(r"`[^`]*`", "", prose_of(name))
    return re.findall(r"\]\(([^)\s]+)\)", code) + re.findall(r'(?:src|href)="(.*?)"', code)


def table_of(name: str, heading: str) -> dict[str, list[str]]:
    """Return a table's rows by their first cell, which is code."""
    rows = prose_of(name).split(f"\n| {heading} |", 1)[1].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first.split("`")[1]: others for first, *others in cells}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    for link in links_of(name):
        path, _, anchor = link.partition("#")
        if re.match(r"https?:", link):
            continue
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), f"{name}: {link}"
        if anchor:
            of = target.resolve().relative_to(ROOT).as_posix()
            assert anchor in anchors_of(of), f"{name}: {link}"


@pytest.mark.parametrize("name", WRITTEN)
def test_every_page_can_be_reached(name: str) -> None:
    reached, new = set(), {"README.md"}
    while new:
        page = new.pop()
        reached.add(page)
        for link in links_of(page):
            target = ((ROOT / page).parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists():
                new |= {target.relative_to(ROOT).as_posix()} - reached
    assert name in reached


@functools.cache
def help_of(*command: str) -> str:
    if command[0] == "make":
        run = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True)
        return run.stdout
    parse = cli.main if command[0] == "gopybench" else make_argparser()[0].parse_args
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        parse([*command[1:], "--help"])
    return output.getvalue()


def check_make(words: list[str]) -> None:
    makefile = text_of("Makefile")
    for word in words:
        variable, equals, _ = word.partition("=")
        if equals:
            assert re.search(rf"\b{variable}\b", makefile), word
        else:
            assert f"make {word} " in help_of("make"), word


def check_options(program: str, words: list[str]) -> None:
    subcommand, *rest = words
    told = help_of(program, subcommand)
    assert f"usage: {program} {subcommand}" in told
    for word in rest:
        option = word.partition("=")[0]
        if re.match(r"--?[a-zA-Z]", option):
            assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", told), f"{words}: {word}"


def check(command: str) -> None:
    """Fail unless a line of shell is made of commands, targets and options that exist."""
    words = shlex.split(command, comments=True)
    parts: list[list[str]] = [[]]
    for word in words:
        if word in ("|", "&&"):
            parts.append([])
        elif word == ">":
            break
        else:
            parts[-1].append(word)
    for part in filter(None, parts):
        program, *rest = part
        if program == "make":
            check_make(rest)
        elif program in ("gopybench", "asv"):
            check_options(program, rest)
        else:
            assert program in OTHERS or (ROOT / program).exists(), command


@pytest.mark.parametrize("name", WRITTEN)
def test_commands_exist(name: str) -> None:
    for block in blocks_of(name, "sh"):
        for line in block.splitlines():
            check(line)
    for span in re.findall(r"`([^`]+)`", prose_of(name)):
        span = " ".join(span.split())
        if re.match(r"(make|gopybench|asv) [a-z]", span):
            check(span)


def test_the_readme_has_commands_to_check() -> None:
    commands = [line for block in blocks_of("README.md", "sh") for line in block.splitlines()]
    assert {shlex.split(line, comments=True)[0] for line in commands} >= {
        "make",
        "gopybench",
        "asv",
        "go",
    }


@pytest.mark.parametrize(
    "command",
    ["make nothing", "make bench WRONG=1", "gopybench gate main --nothing", "asv run --nothing"],
)
def test_what_does_not_exist_is_found(command: str) -> None:
    with pytest.raises(AssertionError):
        check(command)


@pytest.mark.parametrize("name", ["README.md", "docs/own-project.md"])
def test_the_configuration_is_asvs(name: str) -> None:
    block = blocks_of(name, "json")[0]
    known = vars(Config())
    for key, value in json.loads(block).items():
        # What asv keeps for plugins is not checked by it.
        assert key in known or key in ("version", "go"), key
        # What the names of plugins begin with tells asv that they are not its own.
        assert key != "plugins" or all(plugin.startswith(".gopybench.") for plugin in value)


class TestOwnProject:
    """docs/own-project.md."""

    NAME = "docs/own-project.md"

    def test_the_keys_are_those_of_the_block(self, project: Project) -> None:
        documented = set(table_of(self.NAME, "key"))
        project.write("asv.conf.json", {**CONFIG, "go": {"nothing": 1}})
        said = project.run("gopybench", "export-go", code=1).stderr
        assert set(re.findall(r"\w+", said.partition("it has ")[2])) == documented
        one, several = blocks_of(self.NAME, "json")
        assert json.loads(one)["go"].keys() <= documented
        blocks = json.loads(f"{{{several}}}")["go"]
        project.write("asv.conf.json", {**CONFIG, "go": blocks})
        project.run("gopybench", "export-go")
        assert all(block.keys() <= documented for block in blocks)

    def test_the_names_are_those_of_an_import(self, project: Project) -> None:
        rows = table_of(self.NAME, "unit in Go")
        values = " ".join(f"5 {unit}" for unit in rows)
        line = f"BenchmarkFullName/mode=threads/n=1000-2 100 {values}\n"
        project.import_go(f"pkg: example.com/m/person\n{line}", "--go-version", "go1.27")
        found = project.json("results/benchmarks.json")
        for unit, (name, asv_unit) in rows.items():
            entry = found.pop(name.strip("`"))
            assert entry["unit"] == asv_unit, unit
            assert entry["param_names"] == ["mode", "n"]
        assert found.keys() == {"version"}

    def test_the_attributes_can_be_set(self, project: Project) -> None:
        every = dict.fromkeys(table_of(self.NAME, "asv"), 1)
        project.write("asv.conf.json", {**CONFIG, "go": {"attributes": {".*": every}}})
        project.run("gopybench", "export-go")
        wrong = {".*": {"nothing": 1}}
        project.write("asv.conf.json", {**CONFIG, "go": {"attributes": wrong}})
        said = project.run("gopybench", "export-go", code=1).stderr
        assert set(re.findall(r"\w+", said.rpartition(": ")[2])) == every.keys()


def test_the_gates_defaults() -> None:
    told = " ".join(help_of("gopybench", "gate").split())
    for option, (_, default) in table_of("docs/gate.md", "option").items():
        assert re.search(rf"{option} [A-Z]+ [^-]*\(default: {re.escape(default)}\)", told), option


def test_the_variants_are_those_that_are_measured() -> None:
    measured = runpy.run_path(str(ROOT / "benchmarks" / "person.py"))
    assert set(table_of("docs/variants.md", "variant")) == set(measured["VARIANTS"])


class TestResults:
    """docs/results.md."""

    NAME = "docs/results.md"
    FILES = sorted((ROOT / "results/cloud-2core").glob("*-*.json"))

    def test_the_benchmarks_are_those_of_the_results(self) -> None:
        known = json.loads(text_of("results/benchmarks.json"))
        documented = table_of(self.NAME, "benchmark")
        assert documented.keys() <= known.keys()
        classes = {name.rpartition(".")[0] for name in known} - {""}
        assert {name.rpartition(".")[0] for name in documented} == classes

    def test_the_parameters_are_those_of_the_benchmarks(self) -> None:
        known = json.loads(text_of("results/benchmarks.json"))
        documented = table_of(self.NAME, "parameter")
        values: dict[str, set[str]] = {}
        for name, entry in known.items():
            if name != "version":
                for parameter, choices in zip(entry["param_names"], entry["params"]):
                    values.setdefault(parameter, set()).update(c.strip("'") for c in choices)
        assert documented.keys() == values.keys()
        for parameter in ("mode", "setting", "cost"):
            (told,) = documented[parameter]
            assert set(re.findall("`(.*?)`", told)) == values[parameter]

    def test_what_is_noted_of_a_measurement(self) -> None:
        # What a measurement of today notes is held against it where one is made.
        documented = table_of(self.NAME, "key").keys()
        for path in self.FILES:
            noted = json.loads(path.read_text())["requirements"]
            assert {key for key in noted if key.startswith("@")} <= documented

    def test_the_commits_that_were_measured(self) -> None:
        text = prose_of(self.NAME)
        commits = {path.name.partition("-")[0] for path in self.FILES}
        named = set(re.findall(r"\*\*([0-9a-f]{8})\*\*", text))
        assert named < commits
        assert f"The other {len(commits - named)} commits" in text

        def environments(commit: str) -> set[str]:
            return {p.stem.partition("-")[2] for p in self.FILES if p.name.startswith(commit)}

        history = {"go1.27", "virtualenv-pypy3", "virtualenv-py3.13"}
        history |= {"virtualenv-py3.13-cython3.3.1"}
        assert all(environments(commit) == history for commit in commits - named)
        versions = {f"virtualenv-py3.{minor}" for minor in range(10, 14)}
        cython = {f"{version}-cython3.3.1" for version in versions}
        assert environments("c0604d37") == {*versions, *cython, "virtualenv-pypy3", "go1.27"}


def test_the_report_is_the_commands_output(tmp_path: Path) -> None:
    (commit,) = re.findall(r"gopybench report --commit (\w+)", text_of("docs/report.md"))
    page = tmp_path / "report.md"
    command = ["gopybench", "report", "--commit", commit, "--output", page]
    subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, check=True)
    assert page.read_text(encoding="utf-8") == text_of("docs/report.md")


def test_the_rooms_are_those_of_the_package() -> None:
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("gopybench/*/*.py")}
    assert set(table_of("CONTRIBUTING.md", "room")) == rooms


def test_the_changelog_has_the_present_version() -> None:
    (version,) = re.findall(r'^version = "(.*)"$', text_of("pyproject.toml"), re.M)
    versions = re.findall(r"^## \[(.*?)\]", text_of("CHANGELOG.md"), re.M)
    assert versions[0] == "Unreleased"
    assert version in versions
