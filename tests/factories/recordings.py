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
