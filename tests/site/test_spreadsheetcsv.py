"""CSV of the publisher and of the pages: no text in it is a spreadsheet's formula."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

from gopybench.site import spreadsheetcsv

from ..conftest import ROOT
from .conftest import Open

HEAD = ["=name", "value"]
# What is a formula is a text afterwards, and all else as it was.
ROWS: list[tuple[Any, str]] = [
    ("=1+1", "'=1+1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ('+cmd|" /C calc"!A0', '\'+cmd|" /C calc"!A0'),
    ("-x", "'-x"),
    ("\tx", "'\tx"),
    ("-1e5x", "'-1e5x"),
    ("-5", "-5"),
    ("+1.5e-3", "+1.5e-3"),
    (-5, "-5"),
    (None, ""),
    ('Jane, "Joe"\nand others', 'Jane, "Joe"\nand others'),
    ("", ""),
]


def test_no_text_is_a_formula(tmp_path: Path, look: Open) -> None:
    cells = [[value, 1] for value, _ in ROWS]
    text = spreadsheetcsv.as_csv(HEAD, cells)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["'=name", "value"], *([expected, "1"] for _, expected in ROWS)]
    # The pages' script makes the same.
    shutil.copy(ROOT / "gopybench/site/page/savefile.js", tmp_path)
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>Empty</title><link rel=icon href=data:,>"
    )
    page = look(tmp_path, None).visit("index.html")
    script = "async ([head, rows]) => (await import('/savefile.js')).asCsv(head, rows)"
    assert page.evaluate(script, [HEAD, cells]) == text
