"""The real set-up, checked end to end, and in words what to change: ``manage.py live_doctor``.

System checks (``live.checks``) read the settings; most of what goes wrong is between the processes: a proxy that drops
a header, a second process with another secret, a database without a time-out. So each check here tries it. A check is
a function that yields findings; ``findings`` says what one is, and what is done where a check itself fails.
"""
