"""The machine that results were measured on, as asv describes machines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asv import util
from asv.machine import Machine, MachineCollection

from gopybench.asvdata import soundness
from gopybench.transfer import safetext


def find_machine(conf: Any, name: str | None, config: Mapping[str, str]) -> Machine:
    """Return the machine *name*: one that asv knows, else as configuration lines describe it.

    None stands for this machine. Unlike asv's own loading of a machine this asks
    and writes nothing: standard input is taken, and a dry run is one. Raises
    asv's UserError for a name that cannot be a directory's.
    """
    own = Machine.get_unique_machine_name()
    name = name if name is not None else own
    try:
        safetext.check_text("a machine's name", name, is_file=True)
    except ValueError as error:
        raise util.UserError(str(error)) from None
    machine = Machine()
    stored = machine_file(conf, name)
    try:
        machine.__dict__.update(MachineCollection.load(name))
    except (AttributeError, TypeError, ValueError, KeyError) as error:
        path = MachineCollection.get_machine_file_path()
        raise util.UserError(f"{path} does not describe machines: {error}") from None
    except util.UserError:
        if stored.exists():
            machine.__dict__.update(soundness.machine_of(stored))
        elif name == own:
            machine.__dict__.update(Machine.get_defaults())
        else:
            described = {"os": "goos", "arch": "goarch", "cpu": "cpu"}
            machine.__dict__.update({key: "" for key, _ in Machine.fields}, machine=name)
            texts = {k: safetext.plain_text(config.get(v, "")) for k, v in described.items()}
            machine.__dict__.update(texts)
    return machine


def machine_file(conf: Any, name: str) -> Path:
    """Return where asv keeps the description of a machine among the results."""
    return Path(conf.results_dir, name, "machine.json")
