"""What is said to the person at the terminal."""

import contextlib
import sys
import time
from collections.abc import Iterator


class Stop(Exception):
    """The command cannot go on; the text says why and what to do."""


def say(text: str = "") -> None:
    """One line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Announce a step that may take long, and say afterwards how long it took."""
    say(f"· {what} …")
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    if took >= 1:
        say(f"  done in {took:.0f} s")
