"""The benchmarks that ``asv run`` would find for a range of commits here, found once for all.

``python -m gopybench.fleet.discovering CONFIG FILE COMMITS [-E SPEC]…`` writes them into
FILE. COMMITS is a file with a hash on each line, as asv's ``HASHFILE:``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from asv.benchmarks import Benchmarks
from asv.console import log
from asv.environment import get_environments
from asv.util import ProcessError, UserError

from gopybench.asvdata import conffile
from gopybench.bridge import discovered
from gopybench.machine import interpreters
from gopybench.turns import preparation


def main() -> int:
    """Write what is found; return 1 where asv finds nothing, which it says."""
    config, file, commits, *specs = sys.argv[1:]
    os.environ["PATH"] = interpreters.without_shims(os.environ.get("PATH", os.defpath))
    log.enable()
    try:
        conf = conffile.load(config)
        repo = preparation.ready(conf)
        environments = list(get_environments(conf, [s for s in specs if s != "-E"] or None))
        hashes = Path(commits).read_text(encoding="utf-8").split()
        found = Benchmarks.discover(conf, repo, environments, hashes)
        discovered.noted(conf, [*found._all_benchmarks.values()]).save(Path(file))
    except (UserError, ProcessError) as error:
        print(error)
        return 1
    finally:
        log.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
