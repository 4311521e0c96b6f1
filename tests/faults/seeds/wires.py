"""A wire between two processes that can be cut: a small proxy for TCP and UNIX sockets, in a thread of its own.

`refused`: what is open is torn, and nobody is let in. `stalled`: everything waits, and arrives when the wire is mended.
`deaf`: what is asked arrives, what is answered does not, and the connections that have lost something are torn.

Everything that a system says to its database goes through here, so that a piece costs two system calls and little more.
"""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

OPEN, REFUSED, STALLED, DEAF = "open", "refused", "stalled", "deaf"
PIECE = 65_536
WAITING_AT_THE_DOOR = 100


@dataclass(eq=False)
class Wire:
    """From a door (the path of a UNIX socket, or a port of this machine) to a socket's path."""

    door: str | int
    leads_to: str
    selector: selectors.BaseSelector
    state: str = OPEN
    calls: set["_Call"] = field(default_factory=set)
    _listener: socket.socket | None = None

    def begin(self) -> None:
        """Let people in."""
        self._listener = _listening_at(self.door)
        if isinstance(self.door, int):
            self.door = self._listener.getsockname()[1]
        self.selector.register(self._listener, selectors.EVENT_READ, self._let_in)

    def cut(self, how: str) -> None:
        """Do this to it until it is mended."""
        self.state = how
        if how == REFUSED:
            self._close()
        for call in list(self.calls):
            call.tear() if how == REFUSED else call.watch()

    def mend(self) -> None:
        """As if nothing had been."""
        self.state = OPEN
        for call in list(self.calls):
            call.tear() if call.has_lost else call.watch()
        if self._listener is None:  # it was refused, whatever came upon it since
            self.begin()

    def end(self) -> None:
        """Nobody comes any more."""
        self._close()
        for call in list(self.calls):
            call.tear()

    def _close(self) -> None:
        if self._listener:
            self.selector.unregister(self._listener)
            self._listener.close()
            self._listener = None

    def _let_in(self, _events: int) -> None:
        if self._listener is None:
            return
        try:
            here, _from = self._listener.accept()
        except OSError:  # the one who knocked is gone
            return
        there = socket.socket(socket.AF_UNIX)
        here.setblocking(False)
        there.setblocking(False)
        try:
            there.connect(self.leads_to)
        except OSError:
            here.close()
            there.close()
        else:
            self.calls.add(_Call(self, here, there))


class _Call:
    """One connection through a wire."""

    def __init__(self, wire: Wire, here: socket.socket, there: socket.socket) -> None:
        self.wire, self.has_lost = wire, False
        question, answer = _Way(self, here, there, is_answer=False), _Way(self, there, here, is_answer=True)
        self._ways = (question, answer)
        self._ends = {here: (question, answer), there: (answer, question)}
        self._watched: dict[socket.socket, int] = dict.fromkeys(self._ends, 0)
        self.watch()

    def watch(self) -> None:
        """Hear of what can be done next: a side is read when all that it said before has been passed on."""
        if all(way.is_over for way in self._ways):
            self.tear()
            return
        for end, (said, heard) in self._ends.items():
            wanted = 0
            if self.wire.state != STALLED:
                wanted |= 0 if said.is_over or said.waiting else selectors.EVENT_READ
                wanted |= selectors.EVENT_WRITE if heard.waiting else 0
            self._watch(end, wanted)

    def tear(self) -> None:
        """End it on both sides."""
        for end in self._ends:
            self._watch(end, 0)
            end.close()
        self.wire.calls.discard(self)

    def _watch(self, end: socket.socket, wanted: int) -> None:
        watched, self._watched[end] = self._watched[end], wanted
        if wanted and watched:
            if wanted != watched:
                self.wire.selector.modify(end, wanted, self._moving(end))
        elif wanted:
            self.wire.selector.register(end, wanted, self._moving(end))
        elif watched:
            self.wire.selector.unregister(end)

    def _moving(self, end: socket.socket) -> Callable[[int], None]:
        said, heard = self._ends[end]

        def move(events: int) -> None:
            try:
                if events & selectors.EVENT_WRITE:
                    heard.pass_on()
                if events & selectors.EVENT_READ:
                    said.listen()
            except BlockingIOError:
                return
            except OSError:
                self.tear()

        return move


class _Way:
    """One direction of a call."""

    def __init__(self, call: _Call, source: socket.socket, target: socket.socket, *, is_answer: bool) -> None:
        self._call, self._source, self._target, self._is_answer = call, source, target, is_answer
        self.waiting, self.is_over, self._is_held_up = b"", False, False

    def listen(self) -> None:
        """Take the next piece, or the end, and pass it on."""
        piece = self._source.recv(PIECE)
        if self._is_answer and piece and self._call.wire.state == DEAF:
            self._call.has_lost = True
            return
        if not piece:
            self.is_over = True
            self._target.shutdown(socket.SHUT_WR)
            self._call.watch()
            return
        self.waiting = piece
        self.pass_on()

    def pass_on(self) -> None:
        """Give what waits, as much as is taken."""
        with contextlib.suppress(BlockingIOError):
            self.waiting = self.waiting[self._target.send(self.waiting) :]
        if bool(self.waiting) != self._is_held_up:
            self._is_held_up = bool(self.waiting)
            self._call.watch()


def _listening_at(door: str | int) -> socket.socket:
    if isinstance(door, int):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", door))
    else:
        Path(door).unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(door)
        Path(door).chmod(0o777)
    listener.setblocking(False)
    listener.listen(WAITING_AT_THE_DOOR)
    return listener


class Wires:
    """All wires of a system, and the thread that moves what goes through them."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wires: dict[str, Wire] = {}
        self._orders: SimpleQueue[tuple[Callable[[], None], Future[None]]] = SimpleQueue()
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ, self._obey)
        self._is_over = False
        self._thread = threading.Thread(target=self._move, name="wires", daemon=True)
        self._thread.start()

    def lay(self, name: str, door: str | int, leads_to: str) -> str | int:
        """Lay a wire; the door where it can be entered (a port of 0 is chosen)."""
        wire = self._wires[name] = Wire(door, leads_to, self._selector)
        self._do(wire.begin)
        return wire.door

    def cut(self, name: str, how: str) -> None:
        """Cut a wire in one of the three ways."""
        self._do(lambda: self._wires[name].cut(how))

    def mend(self, name: str) -> None:
        """Let it work again."""
        self._do(self._wires[name].mend)

    def mend_all(self) -> None:
        """Whatever is still cut."""
        for name, wire in self._wires.items():
            if wire.state != OPEN:
                self.mend(name)

    def end(self) -> None:
        """Take them all down."""
        for wire in self._wires.values():
            self._do(wire.end)
        self._do(self._stop)
        self._thread.join(10)
        for each in (self._selector, self._bell, self._ear):
            each.close()

    def _stop(self) -> None:
        self._is_over = True

    def _do(self, work: Callable[[], None]) -> None:
        done: Future[None] = Future()
        self._orders.put((work, done))
        self._bell.send(b"!")
        done.result(30)

    def _move(self) -> None:
        while not self._is_over:
            for key, events in self._selector.select():
                key.data(events)

    def _obey(self, _events: int) -> None:
        self._ear.recv(PIECE)
        while not self._orders.empty():
            work, done = self._orders.get()
            try:
                work()
            except OSError as error:
                done.set_exception(error)
            else:
                done.set_result(None)
