"""The README's figures are those of the committed results."""

from __future__ import annotations

import re
import shlex
import subprocess

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


def test_the_make_targets_it_names_exist() -> None:
    help_text = subprocess.run(
        ["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    targets = set(re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / "README.md").read_text(), re.M))
    assert targets >= {"bench", "test", "preview", "help"}
    assert all(f"make {target} " in help_text for target in targets)
