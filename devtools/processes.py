"""Processes that outlive a call: started in sessions of their own, remembered by pid files, ended in order.

A pid file holds the pid and the moment of birth, so that after a kill -9 of everything the next start ends what was
left over and never touches an outsider who got the same number.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

#: Our own children, who must be asked after their death to leave the list of processes.
_started_here: dict[int, subprocess.Popen] = {}
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(SystemExit):
    """Somebody asked this command to end; every `finally` on the way out tidies up."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(128 + number)


def end_tidily_on_signals() -> None:
    """Ctrl-C, a closed terminal and a plain kill all take the same way out; a second one does not cut it short."""

    def leave(number: int, frame: FrameType | None) -> NoReturn:
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        raise Ended(number)

    for each in ENDING:
        signal.signal(each, leave)


@dataclass(frozen=True, slots=True)
class PidFile:
    """Remembers one process for later calls."""

    path: Path

    def note(self, pid: int) -> None:
        """Remember this process."""
        self.path.write_text(json.dumps({"pid": pid, "born": born(pid)}))

    def pid(self) -> int | None:
        """The pid of the remembered process while it lives."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            noted = json.loads(self.path.read_text())
            if noted["pid"] in _started_here:
                _started_here[noted["pid"]].poll()
            if noted["born"] and born(noted["pid"]) == noted["born"]:
                return noted["pid"]
        return None

    def end(self, patience: float) -> None:
        """Ask it to end, wait so many seconds, and end its whole session by force when it has not."""
        if pid := self.pid():
            _signal(pid, signal.SIGTERM)
            if not self._ends_within(patience):
                _signal_session(pid, signal.SIGKILL)
                self._ends_within(5)
        self.path.unlink(missing_ok=True)

    def _ends_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.pid() is None:
                return True
            time.sleep(0.05)
        return False


@dataclass(frozen=True, slots=True)
class Child:
    """A process in a session of its own, which writes its log and its pid file into one folder."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    #: Seconds it may take to end by itself.
    patience: float = 10

    @property
    def log(self) -> Path:
        """Where it writes what it has to say."""
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start it, ending first what an earlier call has left of it."""
        self.stop()
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                list(self.command),
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self.options,
            )
        _started_here[process.pid] = process
        self._pid_file.note(process.pid)

    def pid(self) -> int | None:
        """Its pid while it runs."""
        return self._pid_file.pid()

    def stop(self) -> None:
        """End it; no harm if it does not run."""
        self._pid_file.end(self.patience)

    def kill(self) -> None:
        """Kill it with everything that it has started, as a power cut would."""
        if pid := self.pid():
            _signal_session(pid, signal.SIGKILL)

    @property
    def _pid_file(self) -> PidFile:
        return PidFile(self.folder / f"{self.name}.pid")


def born(pid: int) -> str:
    """When a process was born, in words of this machine; empty when there is none, or only its corpse."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            state, *fields = stat.read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            return ""
        return "" if state == "Z" else fields[18]
    asked = subprocess.run(
        ["/bin/ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, birth = asked.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else birth.strip()


def foreground(command: Sequence[str], environment: Mapping[str, str], **options: Any) -> int:
    """Run a command at this terminal and return its exit status; Ctrl-C reaches it first, and it may tidy up."""
    child = subprocess.Popen(list(command), env=os.environ | environment, **options)
    try:
        return child.wait()
    except Ended as ended:
        # The terminal has sent Ctrl-C to the child as well; other signals came to us alone.
        if ended.number != signal.SIGINT:
            child.terminate()
        _wait_or_kill(child, 15)
        raise


def _wait_or_kill(child: subprocess.Popen, seconds: float) -> None:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _signal_session(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
