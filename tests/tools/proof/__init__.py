"""How often gopybench is wrong: trials whose truth is known, for any reader to run: ``make proof``.

1. :mod:`.plan`: which trials there are, in which order, and which one is next.
2. :mod:`.workproject`: the project that is measured, and its commits. The machine is calm, or
   a :mod:`.busyload` comes and goes. A :mod:`.watchedcommand` can be interrupted.
3. :mod:`.gatetrial` has the gate judge two commits; :mod:`.rivals` are asked the same.
4. :mod:`.historytrial` has asv measure the commits of a :mod:`.historyplan`; its
   :mod:`.historyseries` are judged by asv, by :mod:`.otava` and by triage.
5. :mod:`.rawlines`: each trial is one line of raw numbers, committed in ``docs/proof/``;
   :mod:`.circumstances` says with what it was measured.
6. :mod:`.prooftables` and :mod:`.historytables` make tables of these, with exact intervals from
   :mod:`.binomial`; :mod:`.proofpage` puts them into ``docs/proof.md``.
"""
