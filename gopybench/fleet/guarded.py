"""A command that ends, with all that it has started, when the process that wants it is gone.

``python -m gopybench.fleet.guarded COMMAND…`` runs it while its own standard input is
open. The kernel closes that when the other end of the pipe dies, even by SIGKILL. It has
to be started in a session of its own: that is what is ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading

import psutil

# How often to look for what is still there, at most.
_LOOKS = 100


def main() -> int:
    """Run the command; return its exit code, as a shell has it for a signal."""
    # What this was given to keep the command has, too.
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, close_fds=False)
    threading.Thread(target=_watch, daemon=True).start()
    code = process.wait()
    # A benchmark may have left something running, which would disturb the next.
    _end_session()
    return code if code >= 0 else 128 - code


def _watch() -> None:
    while os.read(0, 1024):
        pass
    _end_session()
    os._exit(1)


def _end_session() -> None:
    """Kill all other processes of this session, also those whose parents are gone."""
    own = os.getpid()
    for _ in range(_LOOKS):
        others = [pid for pid in psutil.pids() if pid != own and _is_running_in(pid, own)]
        if not others:
            return
        for pid in others:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        threading.Event().wait(0.02)


def _is_running_in(pid: int, session: int) -> bool:
    with contextlib.suppress(OSError, psutil.Error):
        return os.getsid(pid) == session and (psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


if __name__ == "__main__":
    sys.exit(main())
