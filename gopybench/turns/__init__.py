"""Two sides measured in turn, sample by sample, until it is clear whether one is slower.

1. :mod:`~gopybench.turns.sides`: two commits, each built into environments of its own.
2. :mod:`~gopybench.turns.samplers`: a benchmark of one side lives in a process and takes
   a sample when it is asked: in Python by :mod:`~gopybench.turns.pythonsampler`, with
   :mod:`~gopybench.turns.pythondriver` in the environment, in Go by
   :mod:`~gopybench.turns.gosampler`. A :mod:`~gopybench.turns.keptprocess` is watched.
3. :mod:`~gopybench.turns.pairs`: a turn is a fresh pair of processes that take samples
   alternately; :mod:`~gopybench.turns.allocation` says how many.
4. :mod:`~gopybench.turns.decision` makes a verdict of the turns of a
   :mod:`~gopybench.turns.comparison`.
5. :mod:`~gopybench.turns.engine` goes on until all are decided, or the
   :mod:`~gopybench.turns.budget` is spent.
"""
