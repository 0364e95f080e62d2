"""Two commits compared: is anything worse at head than at base?

1. :mod:`~gopybench.gate.gatecommand` reads the command line.
2. :mod:`~gopybench.gate.sides` builds base and head, each in environments of
   its own, and measures single values of either.
3. :mod:`~gopybench.gate.comparisons` finds what can be compared.
4. :mod:`~gopybench.gate.turns` measures both in turn, comparison by comparison,
   within the time of :mod:`~gopybench.gate.budget`.
5. :mod:`~gopybench.gate.decision` makes a verdict of the pairs of values.
6. :mod:`~gopybench.gate.rendering` prints what was found.
"""
