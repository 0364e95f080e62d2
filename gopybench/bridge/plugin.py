"""What asv loads of the bridge, named under ``plugins`` in asv.conf.json."""

from __future__ import annotations

import os

from gopybench.bridge import patches
from gopybench.machine.interpreters import without_shims


def setup() -> None:
    """Prepare asv; it calls this when it has imported the plugin."""
    os.environ["PATH"] = without_shims(os.environ.get("PATH", os.defpath))
    patches.install()
