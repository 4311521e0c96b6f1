"""A voice note for the demonstration: Opus in Ogg, as a phone records it, in which nobody says anything."""

OPUS_RATE, FRAME = 48_000, 960
#: A frame of 20 ms without a sound.
SILENCE = b"\xf8\xff\xfe"
POLYNOMIAL, TOP, WORD = 0x04C11DB7, 0x80000000, 0xFFFFFFFF


def silent_voice(seconds: int) -> bytes:
    """So many seconds, at most five: one page of sound."""
    head = b"OpusHead" + bytes([1, 1]) + bytes(2) + OPUS_RATE.to_bytes(4, "little") + bytes(3)
    tags = b"OpusTags" + (4).to_bytes(4, "little") + b"none" + bytes(4)
    frames = seconds * OPUS_RATE // FRAME
    sound = [SILENCE] * frames
    return _page(0, [head], begins=True) + _page(1, [tags]) + _page(2, sound, samples=frames * FRAME, ends=True)


def _page(number: int, packets: list[bytes], *, samples: int = 0, begins: bool = False, ends: bool = False) -> bytes:
    flags = 2 * begins + 4 * ends
    before = b"OggS\0" + bytes([flags]) + samples.to_bytes(8, "little") + bytes(4) + number.to_bytes(4, "little")
    after = bytes([len(packets), *map(len, packets)]) + b"".join(packets)
    return before + _checksum(before + bytes(4) + after).to_bytes(4, "little") + after


def _checksum(page: bytes) -> int:
    """CRC-32 as Ogg calculates it: from the highest bit, beginning with nothing."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _bit in range(8):
            found = (found << 1 ^ POLYNOMIAL if found & TOP else found << 1) & WORD
    return found
