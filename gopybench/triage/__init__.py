"""Alarms of the published history -> verdicts: before and after, measured in turn.

1. :mod:`~gopybench.triage.triagecommand` reads the command line, and keeps what a person
   says of a finding.
2. :mod:`~gopybench.triage.publishedgraphs` makes the graphs that asv publishes, in which
   :mod:`gopybench.alarms` finds what there is to settle.
3. :mod:`~gopybench.triage.triagerun` settles it within a budget:
   :mod:`~gopybench.triage.measuring` has :mod:`gopybench.turns` measure both commits, and
   :mod:`~gopybench.triage.bisection` narrows the range of one that is real.
4. :mod:`~gopybench.triage.triagerendering` prints how all stands.
"""
