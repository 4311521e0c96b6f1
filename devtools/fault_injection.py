"""Sudden deaths in the middle of a day: worker, web and database are killed, and whoever watches starts them again."""

import contextlib
import threading
from collections.abc import Iterator

from devtools import environment
from devtools.console import say
from devtools.processes import foreground
from devtools.stack import Stack, variables_of

USUAL_MINUTES = 3.0
#: Which process dies when, as a part of the day's time on the wall.
STRIKES = ((0.25, "worker"), (0.4, "web"), (0.55, "database"), (0.7, "worker"), (0.75, "web"))


def play(words: list[str], system: Stack) -> int:
    """Play a day in this system, with deaths if they are asked for; its exit status."""
    command = [environment.python(), "manage.py", "play_day", *words]
    with _struck(system, _seconds_in(words)) if "--faults" in words else contextlib.nullcontext():
        return foreground(command, variables_of(system.servers, system.address))


@contextlib.contextmanager
def _struck(system: Stack, seconds: float) -> Iterator[None]:
    over = threading.Event()
    striker = threading.Thread(target=_strike, args=(system, seconds, over))
    striker.start()
    try:
        yield
    finally:
        over.set()
        striker.join()


def _strike(system: Stack, seconds: float, over: threading.Event) -> None:
    before = 0.0
    for part, name in STRIKES:
        if over.wait((part - before) * seconds):
            return
        before = part
        say(f"  killing {name}")
        system.kill(name)


def _seconds_in(words: list[str]) -> float:
    """The day's time on the wall, as `play_day` will read it."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word.startswith("--minutes"):
            return float(word.partition("=")[2] or following) * 60
    return USUAL_MINUTES * 60
