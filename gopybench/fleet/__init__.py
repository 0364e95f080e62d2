"""History measured on many machines, by Dask: ``gopybench fleet``.

A **task** is one commit in one environment. It is measured by ``asv run`` in a
process of its own, in a worker's own clone, and comes back as the text of asv's own
files: the results of that commit and environment, and the list of benchmarks.

A **machine** is what has one lock (:mod:`~gopybench.machine.machinelock`): however many
workers somebody starts on it, one task at a time is measured there, also beside a plain
``asv run`` or a gate. Machines that are alike in all that
:mod:`~gopybench.fleet.announcement` lists are one **class**, which is published as one
machine of asv's. All commits of an environment go to one class, and to those of its
machines that have the same build of the runtime.

On a worker, where nothing but :mod:`~gopybench.fleet.cluster` imports Dask:

1. :mod:`~gopybench.fleet.worker` is what Dask loads, and the three functions that a
   client calls there: announce, prepare, measure.
2. :mod:`~gopybench.fleet.workspace` is the project's clone there, filled from a bundle.
   :mod:`~gopybench.fleet.environmentlist` says which environments asv finds in it.
3. :mod:`~gopybench.fleet.discovering` finds the benchmarks once for all tasks of a client.
4. :mod:`~gopybench.fleet.measuretask` runs asv for one task, which takes these by
   :mod:`~gopybench.fleet.asvtask`, below :mod:`~gopybench.fleet.guarded`, which ends it
   when the worker is gone.

At the client:

1. :mod:`~gopybench.fleet.fleetcommand` is the command. :mod:`~gopybench.fleet.project`
   is what the workers are given of the project, :mod:`~gopybench.fleet.commitrange`
   the commits of a range, as asv reads it.
2. :mod:`~gopybench.fleet.cluster` connects to Dask's scheduler, or starts one here.
   :mod:`~gopybench.fleet.roster` asks workers what they are,
   :mod:`~gopybench.fleet.classes` sorts machines into classes and environments to them.
3. :mod:`~gopybench.fleet.missing` says which tasks are to be done,
   :mod:`~gopybench.fleet.journal` what of an interrupted command is done already.
4. :mod:`~gopybench.fleet.dispatch` gives each free machine a task, and takes back that of
   a machine that is gone. :mod:`~gopybench.fleet.received` checks what comes back, as
   strangers' text, and puts it into ``results/``, whole. :mod:`~gopybench.fleet.progress`
   says how far it is, and in the end what stays open.

Verdicts by a fleet are :mod:`gopybench.turns` whose turns are taken elsewhere, with the option
``--fleet`` (:mod:`~gopybench.fleet.fleetoption`) of the commands that stand on it:

1. On a worker, :mod:`~gopybench.fleet.turnhost` begins a process with both sides,
   :mod:`~gopybench.fleet.turnsource`, and asks it for one turn after the other. As long as
   it lives (:mod:`~gopybench.fleet.sourceprocess`) other clients are told to come later.
   The sides are two commits, or two environments (:mod:`~gopybench.fleet.environmentpair`).
2. At the client, :mod:`~gopybench.fleet.fleetsession` has two commits compared. Its
   :mod:`~gopybench.fleet.turnpool` knows which machine is free, and
   :mod:`~gopybench.fleet.fleetengine` which turn is wanted next and what all have shown;
   :mod:`~gopybench.fleet.agreement` tells whether the machines agree.
"""
