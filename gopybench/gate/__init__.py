"""Two commits or two environments, measured in turn, as somebody asks on the command line.

1. :mod:`~gopybench.gate.gatecommand` reads the command line of ``gopybench gate``: does
   anything get worse? :mod:`~gopybench.gate.gaterun` has it measured by
   :mod:`gopybench.turns`, and :mod:`~gopybench.gate.rendering` prints what was found.
2. :mod:`~gopybench.gate.versuscommand` does the same for ``gopybench versus``: how far apart
   are two environments? :mod:`~gopybench.gate.matching` says which combinations of
   parameters stand for each other, :mod:`~gopybench.gate.versusrun` has them measured, and
   :mod:`~gopybench.gate.versusrendering` prints it.
"""
