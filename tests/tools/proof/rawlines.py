"""The raw numbers: a file of JSON lines for each part of the proof, one line a trial."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ...conftest import ROOT

DIRECTORY = ROOT / "docs" / "proof"

Line = dict[str, Any]

# What every line has.
_KEYS = {"part", "trial", "started", "seconds", "code", "versions", "machine"}


class Broken(Exception):
    """A line cannot be used; the message names it."""


def read(part: str, directory: Path = DIRECTORY) -> list[Line]:
    """Return the trials of a part in the order in which they were measured.

    Raises Broken.
    """
    path = directory / f"{part}.jsonl"
    if not path.exists():
        return []
    lines = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = json.loads(text)
        except ValueError as error:
            raise Broken(f"{path}:{number}: no JSON ({error}): take the line out") from None
        if not isinstance(line, dict) or (missing := sorted(_KEYS - line.keys())):
            lacks = ", ".join(missing) if isinstance(line, dict) else "everything"
            raise Broken(f"{path}:{number}: {lacks} is missing: take the line out")
        lines.append(line)
    return lines


def append(line: Line, directory: Path = DIRECTORY) -> None:
    """Add a trial to the file of its part, whole and at once."""
    directory.mkdir(parents=True, exist_ok=True)
    text = json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n"
    descriptor = os.open(
        directory / f"{line['part']}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666
    )
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def newest(lines: list[Line]) -> tuple[list[Line], dict[str, int]]:
    """Return the trials of the deciding code that was measured last, and how many others have.

    A trial that was measured twice with it counts once, as it was the last time.
    """
    if not lines:
        return [], {}
    last = max(lines, key=lambda line: line["started"])["code"]
    others: dict[str, int] = {}
    for line in lines:
        if line["code"] != last:
            others[line["code"]] = others.get(line["code"], 0) + 1
    return list({line["trial"]: line for line in lines if line["code"] == last}.values()), others
