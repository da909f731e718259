"""What this process is called among those of a site: it knows its own hints by that, and its own rows.

A server that loads the application before it forks (``gunicorn --preload``) would give all its workers one name, so a
child gets a new one.
"""

import os
import uuid

_name = uuid.uuid4().hex


def process_name() -> str:
    """32 hexadecimal digits, the same as long as the process lives."""
    return _name


def _rename() -> None:
    global _name
    _name = uuid.uuid4().hex


if hasattr(os, "register_at_fork"):  # pragma: no branch  Windows does not fork
    os.register_at_fork(after_in_child=_rename)
