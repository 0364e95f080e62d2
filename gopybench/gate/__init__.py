"""Base and head of a pull request, measured in turn: does anything get worse?

1. :mod:`~gopybench.gate.gatecommand` reads the command line.
2. :mod:`~gopybench.gate.comparisons` finds what can be compared.
3. :mod:`~gopybench.gate.gaterun` has it measured, in :mod:`gopybench.turns`.
4. :mod:`~gopybench.gate.rendering` prints what was found.
"""
