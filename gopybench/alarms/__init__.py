"""What asv's step detection finds in the published history, and how each of it stands.

The site shows it before anybody has looked into it, and triage settles it.

1. :mod:`~gopybench.alarms.steps` finds alarms in asv's graphs, and
   :mod:`~gopybench.alarms.ends` the results that they are about.
2. :mod:`~gopybench.alarms.groups` makes findings of them: what may have one cause.
3. :mod:`~gopybench.alarms.evidence` says what speaks for itself.
4. :mod:`~gopybench.alarms.standing` takes in what was judged.
"""
