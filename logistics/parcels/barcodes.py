"""The bars of a label: Code 128 (ISO/IEC 15417), code set B, as a picture of our own."""

#: Widths of bars and spaces of the 106 symbols, and of the stop.
_PATTERNS: list[str] = []
for _line in (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222",
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321",
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121",
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224",
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111",
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113",
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112",
):
    _PATTERNS += _line.split()
_START_B, _STOP, _FIRST = 104, 106, 32
_QUIET, _HEIGHT, _SCALE = 10, 50, 2


def symbols_of(text: str) -> list[int]:
    """Start, one symbol for each printable ASCII character, check symbol and stop."""
    values = [ord(character) - _FIRST for character in text]
    if not all(0 <= value <= 94 for value in values):
        raise ValueError("Code 128 B holds printable ASCII only")
    check = (_START_B + sum(place * value for place, value in enumerate(values, start=1))) % 103
    return [_START_B, *values, check, _STOP]


def code_128(text: str) -> str:
    """The bars of a text as SVG, with quiet zones of ten modules."""
    widths = [int(width) for symbol in symbols_of(text) for width in _PATTERNS[symbol]]
    bars, place = [], _QUIET
    for number, width in enumerate(widths):
        if number % 2 == 0:
            bars.append(f"M{place} 0h{width}v{_HEIGHT}h-{width}z")
        place += width
    total = place + _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {_HEIGHT}" width="{total * _SCALE}" '
        f'height="{_HEIGHT * _SCALE}"><path d="M0 0h{total}v{_HEIGHT}h-{total}z" fill="#fff"/>'
        f'<path d="{"".join(bars)}"/></svg>'
    )
