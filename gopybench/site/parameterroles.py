"""Which parameter is a way to do the work, which a mode and which a size; declared or guessed.

The block ``site`` of asv.conf.json declares it, and the words for people::

    "site": {
        "parameters": {"variant": "class", "mode": "mode", "n": "size"},
        "words": {"n": "persons", "single": "one thread"}
    }
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from asv.util import UserError

from gopybench.site.humannumbers import grouped

CLASS, MODE, SIZE = ROLES = ("class", "mode", "size")

# Values that say nothing without their parameter's name.
_BARE = re.compile(r"(''|\"\"|None|True|False|[0-9.]+)?")

# What people call the parameters that say on how many cores the work is done.
_MODES = {"mode", "modes", "gomaxprocs", "threads", "workers", "processes", "cpus", "parallel"}


@dataclass(frozen=True)
class SiteSettings:
    """The block ``site`` of asv.conf.json.

    Attributes:
        parameters: by name, what a parameter is: one of :data:`ROLES`.
        words: for people, in place of a parameter's value; of a size, what it counts.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, conf: Any) -> SiteSettings:
        """Read the block; raises asv's UserError that says what is wrong in it."""
        block = getattr(conf, "site", {})
        if not isinstance(block, dict):
            raise UserError('asv.conf.json: "site" has to be an object, such as {"words": {}}')
        for key, of in block.items():
            if key not in ("parameters", "words"):
                raise UserError(
                    f'asv.conf.json: "site" has no key "{key}"; it has "parameters" and "words"'
                )
            if not isinstance(of, dict) or not all(isinstance(v, str) for v in of.values()):
                raise UserError(f'asv.conf.json: "{key}" of "site" has to be an object of texts')
        for name, role in block.get("parameters", {}).items():
            if role not in ROLES:
                raise UserError(
                    f'asv.conf.json: "site" says that the parameter "{name}" is "{role}"; '
                    'it may be "class", "mode" or "size"'
                )
        return cls(**block)

    def role(self, name: str, choices: Sequence[str]) -> str:
        """Return what a parameter is, guessed from its values if it is not declared."""
        if name in self.parameters:
            return self.parameters[name]
        if name.lower() in _MODES:
            return MODE
        return SIZE if are_numbers(choices) else CLASS

    def describe(self, name: str, choices: Sequence[str], shown: Sequence[str]) -> dict[str, Any]:
        """Return what the pages are told of a parameter; the words only where they differ."""
        role = self.role(name, choices)
        words = [self.value_words(name, choice, role) for choice in shown]
        found = {"name": name, "role": role, "values": shown}
        return {**found, "words": words} if words != [*shown] else found

    def value_words(self, name: str, value: str, role: str) -> str:
        """Return a parameter's value for people: ``4,000,000 persons``, ``one thread``."""
        if role == SIZE:
            number = grouped(value)
            return f"{number} {self.words[name]}" if name in self.words else f"{name} = {number}"
        if value in self.words:
            return self.words[value]
        return f"{name}={value}" if _BARE.fullmatch(value) else value


def are_numbers(choices: Sequence[str]) -> bool:
    """Return whether all values of a parameter are finite numbers."""
    try:
        return all(math.isfinite(float(choice)) for choice in choices)
    except ValueError:
        return False
