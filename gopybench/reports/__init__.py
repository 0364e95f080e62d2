"""What results say of persons, for people.

1. :mod:`~gopybench.reports.table` collects time and memory by runtime and
   variant; :mod:`~gopybench.reports.tablerendering` prints them.
2. :mod:`~gopybench.reports.numbers` has all values of a commit, and
   :mod:`~gopybench.reports.findings` makes sentences of them.
3. :mod:`~gopybench.reports.report` writes both, with plots, as a page.
"""
