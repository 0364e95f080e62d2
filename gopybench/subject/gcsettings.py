"""The settings of Python's memory management that a workload can be run with."""

from __future__ import annotations

import gc

# ``gc-freeze``: what was there before the work is never looked at again.
SETTINGS = ("default", "gc-disable", "gc-freeze")


def apply(name: str) -> None:
    """Set this process to a setting, from the default one.

    Raises NotImplementedError (asv's word for ``n/a``) for one that this
    runtime lacks: another language's, or ``gc-freeze`` on PyPy.
    """
    if name not in SETTINGS:
        raise NotImplementedError(f"no setting {name!r} in Python")
    if name == "gc-disable":
        gc.disable()
    elif name == "gc-freeze":
        if not hasattr(gc, "freeze"):
            raise NotImplementedError("this runtime cannot freeze what is there")
        gc.collect()
        gc.freeze()


def undo() -> None:
    """Set this process to the default setting again."""
    gc.enable()
    if hasattr(gc, "unfreeze"):
        gc.unfreeze()
