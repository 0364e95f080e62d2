"""Two sides measured in turn, sample by sample, until it is clear whether one is slower.

1. A :mod:`~gopybench.turns.session` has two :mod:`~gopybench.turns.sides`, each a commit
   at a time in environments of its own (:mod:`~gopybench.turns.sideenvironments`), and
   finds the :mod:`~gopybench.turns.candidates`. What does not vary may be known from
   :mod:`~gopybench.turns.earlier` results.
2. :mod:`~gopybench.turns.samplers`: a benchmark of one side lives in a process and takes
   a sample when it is asked: in Python by :mod:`~gopybench.turns.pythonsampler`, with
   :mod:`~gopybench.turns.pythondriver` in the environment, in Go by
   :mod:`~gopybench.turns.gosampler`. A :mod:`~gopybench.turns.keptprocess` is watched.
3. :mod:`~gopybench.turns.pairs`: a turn is a fresh pair of processes that take samples
   alternately, on one core (:mod:`~gopybench.turns.cores`);
   :mod:`~gopybench.turns.allocation` says how many.
4. :mod:`~gopybench.turns.decision` makes a verdict of the turns of a
   :mod:`~gopybench.turns.comparison`, by the :mod:`~gopybench.turns.signedrank` test;
   :mod:`~gopybench.turns.precision` asks only for a ratio.
5. :mod:`~gopybench.turns.engine` goes on until all are decided, or the
   :mod:`~gopybench.turns.budget` is spent.
6. The commands that stand on it share their :mod:`~gopybench.turns.arguments`, and their
   :mod:`~gopybench.turns.preparation`.
"""
