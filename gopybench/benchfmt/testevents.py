"""The text in a ``go test -json`` stream: lines, package by package.

https://pkg.go.dev/cmd/test2json describes the events.
"""

from __future__ import annotations

import json
from collections.abc import Iterator


def parse_event(raw: bytes) -> dict[str, object] | None:
    """Return the event of a line; None where it is something else."""
    if not raw.startswith(b"{"):
        return None
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and "Action" in event else None


class EventText:
    """Joins the output of events, each of which may hold any part of a line."""

    def __init__(self) -> None:
        self._pending: dict[str, str] = {}

    def lines(self, event: dict[str, object]) -> Iterator[tuple[str, str]]:
        """Yield the package and the text of each line that *event* completes."""
        if event.get("Action") not in ("output", "build-output"):
            return
        package = str(event.get("Package", ""))
        text = self._pending.get(package, "") + str(event.get("Output", ""))
        *complete, self._pending[package] = text.split("\n")
        for line in complete:
            yield package, line

    def rest(self) -> Iterator[tuple[str, str]]:
        """Yield the package and the text of each line that has no end."""
        return ((package, text) for package, text in self._pending.items() if text)
