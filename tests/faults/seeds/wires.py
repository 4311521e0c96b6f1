"""A wire between two processes that can be cut: a small proxy for TCP and UNIX sockets, in a thread of its own.

`refused`: what is open is torn, and nobody is let in. `stalled`: everything waits, and arrives when the wire is mended.
`deaf`: what is asked arrives, what is answered does not, and the connections that have lost something are torn.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OPEN, REFUSED, STALLED, DEAF = "open", "refused", "stalled", "deaf"
PIECE = 65_536


@dataclass
class Wire:
    """From a door (the path of a UNIX socket, or a port of this machine) to a socket's path."""

    door: str | int
    leads_to: str
    state: str = OPEN
    _server: asyncio.Server | None = None
    _moving: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set["_Call"] = field(default_factory=set)

    async def begin(self) -> None:
        """Let people in."""
        self._moving.set()
        if isinstance(self.door, int):
            self._server = await asyncio.start_server(self._answer, "127.0.0.1", self.door)
            self.door = self._server.sockets[0].getsockname()[1]
        else:
            Path(self.door).unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._answer, self.door)
            Path(self.door).chmod(0o777)

    async def cut(self, how: str) -> None:
        """Do this to it until it is mended."""
        self.state = how
        if how == REFUSED and self._server:
            self._server.close()
            self._tear(self._open)
        if how == STALLED:
            self._moving.clear()

    async def mend(self) -> None:
        """As if nothing had been."""
        was, self.state = self.state, OPEN
        self._moving.set()
        self._tear({call for call in self._open if call.has_lost})
        if was == REFUSED:
            await self.begin()

    async def end(self) -> None:
        """Nobody comes any more."""
        if self._server:
            self._server.close()
        self._tear(self._open)

    async def moving(self) -> None:
        """Wait while it is stalled."""
        await self._moving.wait()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_unix_connection(self.leads_to)
        except OSError:
            writer.transport.abort()
            return
        call = _Call(self, (reader, writer), there)
        self._open.add(call)
        try:
            await call.speak()
        finally:
            self._open.discard(call)

    def _tear(self, calls: set["_Call"]) -> None:
        for call in list(calls):
            call.tear()


class _Call:
    """One connection through a wire."""

    def __init__(self, wire: Wire, here: tuple[Any, Any], there: tuple[Any, Any]) -> None:
        self.wire, self.here, self.there = wire, here, there
        self.has_lost = False

    async def speak(self) -> None:
        """Until either side hangs up."""
        both = [
            asyncio.ensure_future(self._pass_on(self.here[0], self.there[1], is_answer=False)),
            asyncio.ensure_future(self._pass_on(self.there[0], self.here[1], is_answer=True)),
        ]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(both, timeout=0.2)
        self.tear()
        for each in both:
            each.cancel()

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_answer: bool) -> None:
        with contextlib.suppress(ConnectionError, OSError):
            while piece := await source.read(PIECE):
                await self.wire.moving()
                if is_answer and self.wire.state == DEAF:
                    self.has_lost = True
                    continue
                target.write(piece)
                await target.drain()
            if target.can_write_eof():
                target.write_eof()

    def tear(self) -> None:
        for _reader, writer in (self.here, self.there):
            writer.transport.abort()


class Wires:
    """All wires of a house, and the thread that moves what goes through them."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._wires: dict[str, Wire] = {}

    def lay(self, name: str, door: str | int, leads_to: str) -> str | int:
        """Lay a wire; the door where it can be entered (a port of 0 is chosen)."""
        wire = Wire(door, leads_to)
        self._do(wire.begin())
        self._wires[name] = wire
        return wire.door

    def cut(self, name: str, how: str) -> None:
        """Cut a wire in one of the three ways."""
        self._do(self._wires[name].cut(how))

    def mend(self, name: str) -> None:
        """Let it work again."""
        self._do(self._wires[name].mend())

    def mend_all(self) -> None:
        """Whatever is still cut."""
        for name, wire in self._wires.items():
            if wire.state != OPEN:
                self.mend(name)

    def end(self) -> None:
        """Take them all down."""
        for wire in self._wires.values():
            self._do(wire.end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)
