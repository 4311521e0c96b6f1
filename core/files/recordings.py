"""Recordings of a voice: which kind they are, and how long, read from their content and not from their name."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

#: Opus counts its samples at this rate, whatever it was recorded at.
OPUS_RATE = 48_000
PAGE_HEAD, BOX_HEAD, BLOCK_HEAD = 27, 8, 4
#: Boxes of MP4 in which a phone writes where, when and on what a recording was made, and whose it is.
TELLING = (b"udta", b"meta", b"uuid")
#: What a browser's recorder writes into WebM, and nothing else is taken.
EBML, SEGMENT, CLUSTER = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"
TRACKS, INFO, CLUSTER_TIME, BLOCK, GROUP = b"\x16\x54\xae\x6b", b"\x15\x49\xa9\x66", b"\xe7", b"\xa3", b"\xa0"
VOID, SEEK_HEAD, CUES, BEFORE, PLACE = b"\xec", b"\x11\x4d\x9b\x74", b"\x1c\x53\xbb\x6b", b"\xab", b"\xa7"
KNOWN = {EBML, SEGMENT, CLUSTER, TRACKS, INFO, CLUSTER_TIME, BLOCK, GROUP, VOID, SEEK_HEAD, CUES, BEFORE, PLACE}
#: Scale, length and the names of the programs; nothing of the person, the place or the day.
SCALE = b"\x2a\xd7\xb1"
OF_INFO = {SCALE, b"\x44\x89", b"\x4d\x80", b"\x57\x41", VOID}
#: A block of WebM has milliseconds unless its file says otherwise, and holds up to 60 of them.
MILLISECOND, SECOND, LAST_BLOCK = 1_000_000, 1_000_000_000, 0.06
#: A minute of the shortest blocks has a third of these; a file of nothing but heads is not read to its end.
MOST_ELEMENTS = 20_000
#: How an AMR file begins, in its narrow and its wide form: no browser plays them.
AMR = b"#!AMR"
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
        return _opus(content) or _webm(content) or _m4a(content)
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


def is_amr(content: bytes) -> bool:
    """Whether this is the old format of telephones, which no browser plays."""
    return content.startswith(AMR)


def _webm(content: bytes) -> Recording | None:
    """Opus in WebM as a browser records it: one track of sound, and nothing else beside its blocks."""
    if not content.startswith(EBML):
        return None
    elements = list(_elements(content))
    kinds, heads = [kind for kind, _body in elements], dict(elements)
    facts = dict(_elements(heads[INFO]))
    is_known = set(kinds) <= KNOWN and all(kinds.count(each) == 1 for each in (EBML, INFO, TRACKS))
    is_sound = heads[TRACKS].count(b"A_OPUS") == 1 and b"V_" not in heads[TRACKS]
    if not (is_known and is_sound and b"webm" in heads[EBML] and facts.keys() <= OF_INFO):
        return None
    times = list(_times_of_blocks(elements))
    scale = int.from_bytes(facts[SCALE], "big") if SCALE in facts else MILLISECOND
    seconds = (max(times) - min(times)) * scale / SECOND + LAST_BLOCK
    return Recording("audio/webm", "webm", seconds, content) if scale else None


def _times_of_blocks(elements: Sequence[tuple[bytes, bytes]]) -> Iterator[int]:
    """When each block begins, in units of the file: the time of its cluster and what stands in the block."""
    base = 0
    for kind, body in elements:
        if kind == CLUSTER_TIME:
            base = int.from_bytes(body, "big")
        elif kind in (BLOCK, GROUP):
            block = body if kind == BLOCK else next(_elements(body), (BLOCK, b""))[1]
            if len(block) < BLOCK_HEAD:
                raise ValueError("a block without its time")
            yield base + int.from_bytes(block[1:3], "big", signed=True)


def _elements(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each element of WebM with its kind; segments and clusters are gone into: a recorder leaves their size open.

    Raises `ValueError` where the elements do not fill the content exactly, and where there are too many.
    """
    place = number = 0
    while place < len(content):
        number += 1
        if number > MOST_ELEMENTS:
            raise ValueError("more elements than a minute has")
        width = _width(content[place])
        kind, place = content[place : place + width], place + width
        width = _width(content[place])
        size = int.from_bytes(content[place : place + width], "big") & ~(1 << 7 * width)
        place += width
        if kind in (SEGMENT, CLUSTER):
            yield kind, b""
            continue
        if place + size > len(content):
            raise ValueError("an element ends outside")
        yield kind, content[place : place + size]
        place += size


def _width(first: int) -> int:
    """How many bytes a number of WebM has, by the first of them. Raises `ValueError`."""
    if not first:
        raise ValueError("no number of WebM")
    return 9 - first.bit_length()


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
