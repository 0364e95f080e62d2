"""Numbers and white space as Go's strconv and unicode packages have them."""

from __future__ import annotations

import re

# White space as Go's unicode.IsSpace has it; Python's own has four more.
SPACE = re.compile("[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")

_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
# Go, like Python, takes an underscore between two digits.
_DIGITS = "[0-9](?:_?[0-9])*"
_HEX_DIGITS = "[0-9a-f](?:_?[0-9a-f])*"
_DECIMAL = re.compile(
    rf"[+-]?(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:e[+-]?{_DIGITS})?\Z",
    re.IGNORECASE | re.ASCII,
)
_HEXADECIMAL = re.compile(
    rf"[+-]?0x(?:_?{_HEX_DIGITS}\.?(?:{_HEX_DIGITS})?|\.{_HEX_DIGITS})p[+-]?{_DIGITS}\Z",
    re.IGNORECASE | re.ASCII,
)
_SPECIAL = re.compile(r"(?:[+-]?inf(?:inity)?|nan)\Z", re.IGNORECASE)


class NotANumber(ValueError):
    """Why a text is no number of Go's, in Go's words."""


def split_fields(line: str) -> list[str]:
    """Split a line at Go's white space; the first field may be empty."""
    fields = SPACE.split(line)
    if fields[-1] == "" and len(fields) > 1:
        fields.pop()
    return fields


def parse_int(text: str) -> int:
    """Return an integer of 64 bits; raise NotANumber."""
    if not _INTEGER.match(text):
        raise NotANumber("invalid syntax")
    # Python refuses to convert thousands of digits, zeros at the front too.
    digits = text.lstrip("+-").lstrip("0") or "0"
    count = int(digits) if len(digits) <= 19 else 1 << 63
    count = -count if text.startswith("-") else count
    if not -(1 << 63) <= count < 1 << 63 or len(digits) > 19:
        raise NotANumber("value out of range")
    return count


def parse_float(text: str) -> float:
    """Return a number, decimal or hexadecimal; raise NotANumber."""
    if _DECIMAL.match(text) or _SPECIAL.match(text):
        number = float(text)
    elif _HEXADECIMAL.match(text):
        try:
            number = float.fromhex(text.replace("_", ""))
        except OverflowError:
            raise NotANumber("value out of range") from None
    else:
        raise NotANumber("invalid syntax")
    if number in (float("inf"), float("-inf")) and not _SPECIAL.match(text):
        raise NotANumber("value out of range")
    return number
