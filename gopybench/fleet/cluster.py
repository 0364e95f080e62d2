"""Dask: its scheduler, its workers, and functions that run there. Nothing else imports it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any

from asv.util import UserError
from distributed import Client, Future, LocalCluster

from gopybench.machine import machinelock

# For how long to try to reach the scheduler, in seconds.
_PATIENCE = 30.0

# How often to look whether a function is done, in seconds: it is known here.
_LOOK = 0.1

# What every worker of ours loads.
_PRELOAD = "gopybench.fleet.worker"


class Lost(UserError):  # type: ignore[misc]
    """The scheduler is gone."""


class Failed(Exception):
    """A function did not return; the message is what it raised, or why it is gone."""


class Cluster:
    """A connection to a scheduler."""

    def __init__(self, client: Client) -> None:
        """Take Dask's client."""
        self._client = client

    def workers(self) -> set[str]:
        """Return the addresses of all workers; raise Lost."""
        try:
            if self._client.status != "running":
                raise OSError(f"the connection is {self._client.status}")
            return {*self._client.nthreads()}
        except Exception as error:
            raise Lost(f"Dask's scheduler is gone: {_words(error)}") from None

    def ask(self, function: Callable[[], Any], addresses: Collection[str]) -> dict[str, Any]:
        """Call a quick function on some workers; return what each returns, or the exception."""
        try:
            return dict(self._client.run(function, workers=[*addresses], on_error="return"))
        except Exception as error:
            return dict.fromkeys(addresses, error)

    def start(self, address: str, function: Callable[..., Any], *args: Any) -> Future:
        """Call a function on one worker, in its turn, and return at once; raise Lost."""
        try:
            return self._client.submit(
                function, *args, workers=[address], allow_other_workers=False, pure=False
            )
        except Exception as error:
            raise Lost(f"Dask's scheduler is gone: {_words(error)}") from None

    def wait(self, futures: Collection[Future], seconds: float) -> list[Future]:
        """Return those that are done, as soon as one is, and none after *seconds*."""
        deadline = time.monotonic() + seconds
        while True:
            done = [future for future in futures if future.done()]
            if done or time.monotonic() > deadline:
                return done
            time.sleep(_LOOK)

    def outcome(self, future: Future) -> Any:
        """Return what a function that is done has returned; raise Failed."""
        try:
            return future.result(timeout=_PATIENCE)
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            raise Failed(_words(error)) from None
        finally:
            self.give_up(future)

    def give_up(self, future: Future) -> None:
        """Want nothing of a function any more."""
        with contextlib.suppress(Exception):
            future.cancel()
            future.release()


@contextlib.contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Yield a connection to a scheduler; raise asv's UserError where there is none."""
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False, name="gopybench")
    except Exception as error:
        raise UserError(f"no scheduler of Dask's at {address}: {_words(error)}") from None
    try:
        yield Cluster(client)
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=5)


@contextlib.contextmanager
def local(workers: int, say: Callable[[str], object]) -> Iterator[Cluster]:
    """Yield a connection to workers that run here, and listen on loopback alone."""
    # The machine is theirs, and they are to measure at the same time.
    with machinelock.held(say):
        os.environ[machinelock.LOCK] = machinelock.NONE
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                preload=[_PRELOAD],
            ) as cluster,
            connected(cluster.scheduler_address) as connection,
        ):
            yield connection


def _words(error: BaseException) -> str:
    """Return what an exception says, in a line."""
    return " ".join(str(error).split()) or type(error).__name__
