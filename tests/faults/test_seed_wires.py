"""A wire that is cut: refused, stalled, or deaf to answers; and mended."""

import socket
import threading
from contextlib import contextmanager

import pytest

from tests.faults.seeds.wires import DEAF, REFUSED, STALLED, Wires


@pytest.fixture
def echo(tmp_path):
    """Somebody who repeats what he hears; gives his door and what he has heard."""
    heard, door = [], str(tmp_path / "echo.sock")
    with socket.socket(socket.AF_UNIX) as place:
        place.bind(door)
        place.listen()
        threading.Thread(target=_repeat, args=(place, heard), daemon=True).start()
        yield door, heard


def _repeat(place, heard):
    while True:
        try:
            call, _from = place.accept()
        except OSError:
            return
        threading.Thread(target=_repeat_one, args=(call, heard), daemon=True).start()


def _repeat_one(call, heard):
    with call:
        while words := call.recv(100):
            heard.append(words)
            call.sendall(words)


@pytest.fixture
def wires():
    laid = Wires()
    yield laid
    laid.end()


@contextmanager
def called(door):
    with socket.socket(socket.AF_UNIX) as call:
        call.settimeout(5)
        call.connect(door)
        yield call


def says(call, words):
    call.sendall(words)
    return call.recv(100)


def test_an_open_wire_passes_everything_on_at_a_socket_and_at_a_port(wires, echo, tmp_path):
    door = wires.lay("one", str(tmp_path / "door"), echo[0])
    port = wires.lay("two", 0, echo[0])
    with called(door) as call:
        assert says(call, b"hello") == b"hello"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as call:
        assert says(call, b"hello") == b"hello"


def test_a_refused_wire_tears_what_is_open_and_lets_nobody_in(wires, echo, tmp_path):
    door = wires.lay("one", str(tmp_path / "door"), echo[0])
    with called(door) as call:
        assert says(call, b"hello") == b"hello"
        wires.cut("one", REFUSED)
        assert call.recv(100) == b""
    with socket.socket(socket.AF_UNIX) as late, pytest.raises(OSError, match=r"refused|No such file"):
        late.connect(door)
    wires.mend("one")
    with called(door) as call:
        assert says(call, b"again") == b"again"


def test_what_waits_in_a_stalled_wire_arrives_when_it_is_mended(wires, echo, tmp_path):
    door, heard = wires.lay("one", str(tmp_path / "door"), echo[0]), echo[1]
    with called(door) as call:
        wires.cut("one", STALLED)
        call.sendall(b"late")
        call.settimeout(0.1)
        with pytest.raises(TimeoutError):
            call.recv(100)
        assert heard == []
        wires.mend_all()
        call.settimeout(5)
        assert call.recv(100) == b"late"


def test_a_deaf_wire_lets_questions_through_and_tears_what_has_lost_an_answer(wires, echo, tmp_path):
    door, heard = wires.lay("one", str(tmp_path / "door"), echo[0]), echo[1]
    with called(door) as call, called(door) as quiet:
        wires.cut("one", DEAF)
        call.sendall(b"done?")
        call.settimeout(0.1)
        with pytest.raises(TimeoutError):
            call.recv(100)
        assert heard == [b"done?"]
        wires.mend("one")
        call.settimeout(5)
        with pytest.raises(ConnectionError):
            raise_if_over(call.recv(100))
        assert says(quiet, b"still here") == b"still here"


def raise_if_over(words):
    """A torn UNIX connection ends without words, or with an error, as the kernel likes."""
    if words == b"":
        raise ConnectionResetError


def test_a_wire_that_is_refused_and_then_stalled_lets_people_in_when_it_is_mended(wires, echo, tmp_path):
    door = wires.lay("one", str(tmp_path / "door"), echo[0])
    wires.cut("one", REFUSED)
    wires.cut("one", STALLED)
    wires.mend("one")
    with called(door) as call:
        assert says(call, b"again") == b"again"
