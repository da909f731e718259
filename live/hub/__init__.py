"""A thousand browsers show the same numbers, and must all show the new ones: each process has one hub for that.

``core`` decides, without I/O, what goes to whom: who watches what (``watches``), when it is rendered (``scheduler``,
``render_slots``), what each ``viewer`` still has to get (``mailbox``, ``cursors``). ``hub`` is the shell around it:
threads that render (``renderer``) and ask (``admission``, ``feed_delivery``), timers, and the way to the sockets
(``frame_delivery``). ``process`` owns it: makes it, starts its ``periodic_tasks`` and what hears other processes
(``live.hints``), and ends it.
"""
