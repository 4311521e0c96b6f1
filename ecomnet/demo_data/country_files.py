"""What the demonstration tells of each country: invented companies and places, and the amounts of a day there."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parent / "countries"


def countries_to_play() -> list[str]:
    """The countries in which a day can be played."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def demonstration_of(code: str) -> dict[str, Any]:
    """The file of a country; amounts are strings in its currency."""
    return orjson.loads((FOLDER / f"{code}.json").read_bytes())
