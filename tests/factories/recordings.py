"""Recordings of a voice, as devices make them."""


def ogg(seconds):
    """Opus of so many seconds, as a device records it: a page of its head and one of its end."""
    head = b"OpusHead" + bytes([1, 1]) + (312).to_bytes(2, "little") + bytes(7)
    pages = [(0, head), (seconds * 48_000 + 312, b"x" * 200)]
    return b"".join(
        b"OggS\0\0" + granule.to_bytes(8, "little") + bytes(12) + bytes([1, len(body)]) + body
        for granule, body in pages
    )


def m4a(seconds, sound=b"soun", place=b""):
    """AAC of so many seconds: the boxes that say so, and where it was recorded."""

    def box(kind, body):
        return (len(body) + 8).to_bytes(4, "big") + kind + body

    head = bytes(12) + (1000).to_bytes(4, "big") + (seconds * 1000).to_bytes(4, "big") + bytes(80)
    return (
        box(b"ftyp", b"M4A " + bytes(4))
        + box(b"moov", box(b"mvhd", head) + box(b"trak", sound) + box(b"udta", place))
        + box(b"mdat", b"x")
    )


def webm(seconds, *, codec=b"A_OPUS", info=b"", more=b""):
    """Opus in WebM of so many seconds, as a browser's recorder writes it: neither length nor sizes stand in front."""

    def element(kind, body):
        return bytes.fromhex(kind) + (0x10000000 | len(body)).to_bytes(4, "big") + body

    def block(milliseconds):
        return element("a3", b"\x81" + milliseconds.to_bytes(2, "big") + b"\x80" + b"x" * 20)

    endless = b"\x01" + b"\xff" * 7
    clusters = b"".join(
        bytes.fromhex("1f43b675") + endless + element("e7", (second * 1000).to_bytes(4, "big")) + block(0) + block(940)
        for second in range(seconds)
    )
    return (
        element("1a45dfa3", b"webm")
        + bytes.fromhex("18538067")
        + endless
        + element("1549a966", element("2ad7b1", (1_000_000).to_bytes(3, "big")) + info)
        + element("1654ae6b", codec)
        + clusters
        + more
    )
