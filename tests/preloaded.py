"""What the server that forks for each command imports: all of it, out of the collector's sight.

A collection in a command would copy all that it looks at.
"""

from __future__ import annotations

import gc

from . import commands

__all__ = ["commands"]

gc.freeze()
