"""What the combinations of a benchmark's parameters say, each thing once."""

from __future__ import annotations

import re
from collections.abc import Collection

# What differs where two say the same: their names, addresses, and who was at work.
_VARYING = re.compile(r"\bBenchmark\S+|\b0x[0-9a-f]+|\bgoroutine \d+ \[[^\]]*\]")


class Transcript:
    """Tells what asv has been told already, while it goes through a benchmark's combinations."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._name, self._index = "", -1
        self._said: set[str] = set()

    def new(self, name: str, index: int, words: str, printed: Collection[str] = ()) -> str:
        """Return what a benchmark said at *index*; nothing if another combination said the same.

        *printed* was printed where the commit was built. asv goes through the
        combinations in their order, and keeps what the last time through says.
        """
        if words in printed:
            words = "it was not built: the error is above"
        if name != self._name or index <= self._index:
            self._said.clear()
        self._name, self._index = name, index
        gist = _VARYING.sub("", words)
        if gist in self._said:
            return ""
        self._said.add(gist)
        return words
