"""The option ``--fleet`` of the commands that take turns; Dask is imported with it alone."""

from __future__ import annotations

import argparse
import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from asv.util import UserError

# What is part of the extra "fleet".
_EXTRA = ("dask", "distributed")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--fleet",
        metavar="SCHEDULER",
        help="take the turns on the machines of this scheduler of Dask's, such as "
        "tcp://host:8786; see gopybench fleet",
    )


def sessions(
    options: argparse.Namespace, commits: Sequence[str], *, is_pair: bool = False
) -> Callable[..., Any]:
    """Return what opens a session on the fleet, as gopybench.turns' opens one here.

    *commits* are those that may be compared, by their hashes; if it *is_pair* the sides are
    environments. Raises asv's UserError.
    """
    with needing_dask():
        from gopybench.fleet import fleetsession
    of = (options.fleet, options.config, commits, is_pair)
    return functools.partial(fleetsession.session, *of)


@contextlib.contextmanager
def needing_dask() -> Iterator[None]:
    """Raise asv's UserError where an import fails that the extra has."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise UserError("this needs Dask: pip install 'gopybench[asv,fleet]'") from None
