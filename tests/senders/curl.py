"""curl, as people have it in their scripts."""

import subprocess


def curl(*arguments: str, data: bytes | None = None) -> tuple[int, str]:
    """One request: its status and its body. ``data`` is what is piped into it."""
    done = subprocess.run(
        ["curl", "-sS", "--max-time", "30", "-w", "\n%{http_code}", *arguments], input=data, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    body, _, status = done.stdout.decode().rpartition("\n")
    return int(status), body
