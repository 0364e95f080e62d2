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
        # In parts: joined with every event, a long line would take quadratic time.
        self._pending: dict[str, list[str]] = {}

    def lines(self, event: dict[str, object]) -> Iterator[tuple[str, str]]:
        """Yield the package and the text of each line that *event* completes."""
        if event.get("Action") not in ("output", "build-output"):
            return
        package = str(event.get("Package", ""))
        output = str(event.get("Output", ""))
        pending = self._pending.setdefault(package, [])
        pending.append(output)
        if "\n" not in output:
            return
        *complete, rest = "".join(pending).split("\n")
        self._pending[package] = [rest]
        for line in complete:
            yield package, line

    def rest(self) -> Iterator[tuple[str, str]]:
        """Yield the package and the text of each line that has no end."""
        joined = ((package, "".join(parts)) for package, parts in self._pending.items())
        return ((package, text) for package, text in joined if text)
