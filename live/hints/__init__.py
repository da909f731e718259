"""A page must show what another process has written: hints are how one process tells the others what has changed.

A ``source`` is a transport: what sends and what hears over it are in one module (``channel_layer``, ``postgresql``,
``sqlite``), and ``choice`` says which one is used. A ``listener`` hears, proves every few seconds that it does, and
subscribes again where it does not; the ``publisher`` sends what no transaction carries.

Every hint may be lost; the sweep repairs it. So a source that fails costs a second or two, and says so.
"""
