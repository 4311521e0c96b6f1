"""The bars of a label: Code 128, drawn as a picture of our own."""

import itertools

from barcode import Code128

#: Modules without a bar on each side, and the height in modules; a module is two pixels wide.
_QUIET, _HEIGHT, _SCALE = 10, 50, 2


def code_128(text: str) -> str:
    """The bars of a text as SVG, with quiet zones of ten modules."""
    modules = Code128(text).build()[0]
    bars, place = [], _QUIET
    for is_bar, run in itertools.groupby(modules, lambda module: module == "1"):
        width = len(list(run))
        if is_bar:
            bars.append(f"M{place} 0h{width}v{_HEIGHT}h-{width}z")
        place += width
    total = place + _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {_HEIGHT}" width="{total * _SCALE}" '
        f'height="{_HEIGHT * _SCALE}"><path d="M0 0h{total}v{_HEIGHT}h-{total}z" fill="#fff"/>'
        f'<path d="{"".join(bars)}"/></svg>'
    )
