"""Where a message ends: what a proxy could read another way than we do is refused by the server's own parser.

Anyone who gets two readers to disagree about the end of a message smuggles the next one past the first of them
(RFC 9112, 11.2). The parser is the one of the image, with its settings: none of the loosening ones is set there.
"""

import re
from pathlib import Path

import pytest
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.http.errors import ParseException

ROOT = Path(__file__).resolve().parents[2]
BODY = b"amount=1.00"


def message(*headers, body=BODY, version="1.1"):
    lines = [f"POST /api/v1/bill-payments/ HTTP/{version}", "Host: ecomnet.example", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def read(sent):
    """The requests that the server reads, each with headers and body as the application would get them."""
    return [
        (dict(request.headers), request.body.read()) for request in RequestParser(Config(), [sent], ("192.0.2.1", 1))
    ]


def test_a_plain_message_ends_where_its_length_says():
    [(_first, one), (_second, two)] = read(message("Content-Length: 11") + message("Content-Length: 3", body=b"b=2"))
    assert (one, two) == (BODY, b"b=2")


def test_a_message_in_chunks_ends_with_the_last_one():
    [(_headers, body)] = read(message("Transfer-Encoding: chunked", body=b"b\r\namount=1.00\r\n0\r\n\r\n"))
    assert body == BODY


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: 11", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 11"],
        ["Content-Length: 11", "Content-Length: 3"],
        ["Content-Length: 11", "Content-Length: 11"],
        ["Content-Length: 11, 11"],
        ["Content-Length: +11"],
        ["Content-Length: -11"],
        ["Content-Length: 0xb"],
        ["Content-Length: 1 1"],
        ["Content-Length: 1_1"],
        ["Content-Length: \u00b21"],
        ["Content-Length : 11"],
        [" Content-Length: 11"],
        ["X: 1", "  Content-Length: 11"],
        ["X: 1\rContent-Length: 11"],
        ["Content-Length: 11\x00"],
        ["Transfer-Encoding: chunked, chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: \x0bchunked"],
        ["Transfer-Encoding : chunked"],
        ["Transfer\u00adEncoding: chunked"],
    ],
    ids=repr,
)
def test_a_message_whose_end_could_be_read_in_two_ways_is_refused(headers):
    with pytest.raises(ParseException):
        read(message(*headers))


def test_an_old_message_has_no_chunks():
    with pytest.raises(ParseException):
        read(message("Transfer-Encoding: chunked", version="1.0"))


@pytest.mark.parametrize("size", ["0xb", "+b", "-1", "b b", "", "b_", " b"])
def test_a_chunk_whose_size_could_be_read_in_two_ways_is_refused(size):
    chunks = f"{size}\r\namount=1.00\r\n0\r\n\r\n".encode()
    with pytest.raises(ParseException):
        read(message("Transfer-Encoding: chunked", body=chunks))


def test_a_header_that_only_looks_like_one_of_the_proxy_is_dropped():
    [(headers, _body)] = read(message("Content-Length: 11", "X_Forwarded_For: 192.0.2.9", "X_Forwarded_Proto: https"))
    assert headers.keys() == {"HOST", "CONTENT-LENGTH"}


def test_the_image_loosens_nothing_of_this():
    loose = re.compile(
        r"permit|header.map|casefold|strip.header|forwarder|forwarded.allow|GUNICORN_CMD_ARGS", re.IGNORECASE
    )
    for name in ("Dockerfile", "docker-compose.yml"):
        assert not loose.search((ROOT / name).read_text(encoding="utf-8"))
    assert not list(ROOT.glob("gunicorn.conf*"))
