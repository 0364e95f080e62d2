"""The README's figures are those of the committed results."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from .conftest import BIN, ROOT


def test_the_table_is_the_commands_output() -> None:
    (block,) = re.findall(
        r"<!-- (gopybench table [^>]*) -->\n\n(.*?)\n\n<!-- end -->",
        (ROOT / "README.md").read_text(),
        re.DOTALL,
    )
    command, shown = block
    run = subprocess.run(
        [BIN / "gopybench", *shlex.split(command)[1:]],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout.strip() == shown.strip()


def test_the_conclusions_and_the_page_are_the_reports(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    ((commit, shown),) = re.findall(
        r"<!-- gopybench report --commit (\w+) -->\n\n(.*?)\n\n<!-- end -->", readme, re.DOTALL
    )
    subprocess.run(
        [BIN / "gopybench", "report", "--commit", commit, "--output", tmp_path / "report.md"],
        cwd=ROOT,
        check=True,
    )
    page = (tmp_path / "report.md").read_text()
    assert (ROOT / "docs" / "report.md").read_text() == page
    assert shown == page.split("## Findings\n\n")[1].split("\n\n## ")[0]


def test_the_make_targets_it_names_exist() -> None:
    help_text = subprocess.run(
        ["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    targets = set(re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / "README.md").read_text(), re.M))
    assert targets >= {"bench", "test", "preview", "help"}
    assert all(f"make {target} " in help_text for target in targets)
