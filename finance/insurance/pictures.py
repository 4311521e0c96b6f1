"""How alike two photos are: the difference hash of a picture, and the parts by which similar ones are found."""

from io import BytesIO

from PIL import Image

WIDTH, HEIGHT = 9, 8
PART_BITS, PARTS = 16, 4
#: Two pictures whose hashes differ in so many bits at most look alike.
ALIKE = 6


def difference_hash(content: bytes) -> int:
    """Whether each of 64 points is brighter than its right neighbour, as a signed 64-bit number."""
    with Image.open(BytesIO(content)) as image:
        small = image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    pixels = list(small.tobytes())
    bits = 0
    for row in range(HEIGHT):
        for column in range(WIDTH - 1):
            left, right = pixels[row * WIDTH + column], pixels[row * WIDTH + column + 1]
            bits = bits << 1 | (left > right)
    return bits - (1 << 64) if bits >> 63 else bits


def distance(one: int, other: int) -> int:
    """In how many bits two hashes differ."""
    return ((one ^ other) & ((1 << 64) - 1)).bit_count()


def parts_of(number: int) -> list[int]:
    """The four parts of a hash, each with its place, as they are stored."""
    unsigned = number & ((1 << 64) - 1)
    mask = (1 << PART_BITS) - 1
    return [place << PART_BITS | unsigned >> place * PART_BITS & mask for place in range(PARTS)]


def parts_near(number: int) -> list[int]:
    """The parts of all hashes that may look alike: of six differing bits one part of four has one at most."""
    return [part ^ flip for part in parts_of(number) for flip in (0, *(1 << bit for bit in range(PART_BITS)))]
