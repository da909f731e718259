"""One process of Python uses one core: ``manage.py serve --workers N`` has N of them behind one listening socket.

The ``supervisor`` opens the socket, starts the workers, each of them a fresh interpreter that inherits it, and watches
them; when a worker that ended is started again, and when there is no hope, is for ``restarts`` to say. ``worker`` is
the other end: it says that it serves, and that it lives, and it notices when its supervisor is gone.

Each worker has its own hub, and hears of the others' changes as any two processes of a site do. What they have beside
the socket is a ``folder`` in which they reach each other: for hints where nothing else carries them
(``live.hints.workers``), and for counters (``exposition``).
"""
