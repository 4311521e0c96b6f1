"""Recordings of a voice: which kind they are, and how long, read from their content and not from their name."""

from collections.abc import Iterator
from typing import NamedTuple

#: Opus counts its samples at this rate, whatever it was recorded at.
OPUS_RATE = 48_000
PAGE_HEAD, BOX_HEAD = 27, 8
#: Boxes of MP4 in which a phone writes where, when and on what a recording was made, and whose it is.
TELLING = (b"udta", b"meta", b"uuid")
AUDIO_BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2")


class Recording(NamedTuple):
    """What a file holds: its type, the end of its name, its seconds, and what of it is kept."""

    media_type: str
    suffix: str
    seconds: float
    content: bytes


def recording_in(content: bytes) -> Recording | None:
    """The recording that this is, whole from its first to its last byte; None for anything else."""
    try:
        return _opus(content) or _m4a(content)
    except (IndexError, KeyError, ValueError):
        return None


def _opus(content: bytes) -> Recording | None:
    """Opus in Ogg: pages from the first to the last byte, of which the last says how many samples there are."""
    if not content.startswith(b"OggS"):
        return None
    place = samples = 0
    while place < len(content):
        if content[place : place + 5] != b"OggS\0":
            return None
        samples = int.from_bytes(content[place + 6 : place + 14], "little", signed=True)
        lengths = content[place + PAGE_HEAD : place + PAGE_HEAD + content[place + 26]]
        place += PAGE_HEAD + len(lengths) + sum(lengths)
    head = content[PAGE_HEAD + content[26] :]
    if place != len(content) or not head.startswith(b"OpusHead"):
        return None
    skipped = int.from_bytes(head[10:12], "little")
    return Recording("audio/ogg", "ogg", (samples - skipped) / OPUS_RATE, content)


def _m4a(content: bytes) -> Recording | None:
    """AAC in MP4: boxes from the first to the last byte, with sound and without a picture."""
    boxes = dict(_boxes(content))
    if content[4:8] != b"ftyp" or boxes[b"ftyp"][:4] not in AUDIO_BRANDS or b"moov" not in boxes:
        return None
    movie = boxes[b"moov"]
    if b"soun" not in movie or b"vide" in movie:
        return None
    head = dict(_boxes(movie))[b"mvhd"]
    if head[0] == 1:
        scale, length = int.from_bytes(head[20:24], "big"), int.from_bytes(head[24:32], "big")
    else:
        scale, length = int.from_bytes(head[12:16], "big"), int.from_bytes(head[16:20], "big")
    return Recording("audio/mp4", "m4a", length / scale, _emptied(content)) if scale else None


def _emptied(content: bytes, *, within: bytes = b"moov") -> bytes:
    """The same boxes at the same places; those that tell of the person or the place are free space."""
    return b"".join(
        _boxed(b"free", bytes(len(box)))
        if kind in TELLING
        else _boxed(kind, _emptied(box, within=b"") if kind == within else box)
        for kind, box in _boxes(content)
    )


def _boxed(kind: bytes, box: bytes) -> bytes:
    return (BOX_HEAD + len(box)).to_bytes(4, "big") + kind + box


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each box with its kind. Raises `ValueError` where they do not fill the content exactly."""
    place = 0
    while place < len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        if size < BOX_HEAD or place + size > len(content):
            raise ValueError("a box ends outside")
        yield content[place + 4 : place + 8], content[place + BOX_HEAD : place + size]
        place += size
