"""The form of a panel, in the order of the data: ``views`` has ``side_form`` read what was sent (a ``panel_form`` and a
``query_form`` for each line, as in the admin), and ``save`` merges ``snapshots`` of it into what is stored.

``series_picker`` searches what a line can show; ``first_series`` guesses what a new panel of it is.
"""
