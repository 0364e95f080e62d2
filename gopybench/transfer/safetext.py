"""Names from the input, checked: asv makes files and HTML of them."""

from __future__ import annotations

import json
import re

from asv import util

# In bytes. asv makes a file's name of several of them.
MAX_LENGTH = 100

_MARKUP = re.compile(r"[<>&\"'`\\]")


def has_markup(text: str) -> bool:
    """Return whether asv's page might take a text for markup."""
    return bool(_MARKUP.search(text))


def printable(text: str) -> str:
    """Return a text with what a terminal might obey written as in Python: ``\\x1b``."""
    return "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in text)


def plain_text(text: str) -> str:
    """Return a text without markup, and not longer than asv can take."""
    return _MARKUP.sub("", text)[:MAX_LENGTH]


def check_text(what: str, text: str, *, is_file: bool = False) -> None:
    """Raise ValueError for a text that cannot be part of a file's name or of asv's page.

    *is_file* is for a text that asv makes a file or a directory of by itself.
    """
    if len(text.encode(errors="replace")) > MAX_LENGTH:
        raise ValueError(f"{what} is longer than {MAX_LENGTH} bytes: {text[:40]}…")
    if has_markup(text) or not text.isprintable():
        raise ValueError(f"not {what}: {text!r} has characters that could be markup or are no text")
    if is_file and (
        not text
        or text.startswith(".")
        or text.endswith((".json", ".tmp"))
        or util.sanitize_filename(text) != text
    ):
        raise ValueError(f"not {what}: {text!r} cannot be a file's name")


def parse_strings(text: str | None) -> dict[str, str]:
    """Return the strings of a JSON object, empty for None; raise ValueError."""
    try:
        value = json.loads(text) if text else {}
    except RecursionError:
        raise ValueError(f"not an object of strings: {str(text)[:40]}…") from None
    if not isinstance(value, dict) or not all(
        isinstance(v, (str, type(None))) for v in value.values()
    ):
        raise ValueError(f"not an object of strings: {text}")
    for key in value:
        check_text("a requirement or a variable", key)
        check_text(f"a value of {key}", value[key] or "")
    return value
