"""The table of who may do what, as people wrote it in `matrix.toml`, and what follows from it for one cell."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

TABLE = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text(encoding="utf-8"))
VERBS: dict[str, dict[str, str]] = {
    verb: dict(zip(TABLE["roles"], row.split(), strict=True)) for verb, row in TABLE["verbs"].items()
}
PUBLIC, SIGNED_IN = "public", "signed_in"
#: What a door answers: let in (whatever comes of it), or not.
IN, SIGN_IN_FIRST, FORBIDDEN, NOT_THERE = 200, 401, 403, 404

CELL = re.compile(
    r"(?P<verb>[a-z]+\.[a-z_]+|public|signed_in)"
    r"(?: of (?P<reading>[a-z]+\.[a-z_]+))?(?: in the (?P<place>county|network))?(?: (?P<kind>own|counter|drawer))?"
)


@dataclass(frozen=True, slots=True)
class Seat:
    """One who tries the doors: a role, how far the post reaches, and where it lies, seen from the story's station."""

    name: str
    role: str
    reach: str
    where: str

    def reaches(self, verb: str, place: str) -> bool:
        """Whether the table lets this post do it to what lies at the story's station, in its county, or nowhere."""
        letter = VERBS[verb][self.role] if self.role else "-"
        if letter == "-":
            return False
        if self.reach == "network":
            return True
        if place == "network":
            return False
        if self.reach == "region":
            return self.where == "here"
        return place == "station" and (self.where == "here" or (letter == "C" and self.where == "next_door"))

    def holds(self, verb: str) -> bool:
        """Whether the table gives the verb to this role at all."""
        return bool(self.role) and VERBS[verb][self.role] != "-"


SEATS = [Seat(name, *row.split()) for name, row in TABLE["seats"].items()]
#: Nobody, somebody without a post, and somebody whose posts of every role have ended.
NOBODY, WITHOUT_POST, ENDED = (Seat(name, "", "none", "nowhere") for name in ("nobody", "without a post", "ended"))


@dataclass(frozen=True, slots=True)
class Cells:
    """One line of the table of doors."""

    verb: str
    reading: str
    place: str
    kind: str

    @classmethod
    def of(cls, text: str) -> "Cells":
        """A line as it is written; whatever is written otherwise is a fault of the table."""
        found = CELL.fullmatch(text)
        if found is None:
            raise ValueError(f"matrix.toml says: {text}")
        return cls(found["verb"], found["reading"] or "", found["place"] or "station", found["kind"] or "")

    def for_seat(self, seat: Seat, *, asks_first: bool) -> int:
        """What this one is told. `asks_first`: the door asks for the verb before it looks for the object."""
        if self.verb == PUBLIC:
            return IN
        if seat is NOBODY:
            return SIGN_IN_FIRST
        if self.verb == SIGNED_IN:
            return NOT_THERE if self.kind == "own" else IN
        if asks_first and not seat.holds(self.verb):
            return FORBIDDEN
        return self._of_the_object(seat)

    def _of_the_object(self, seat: Seat) -> int:
        if self.kind == "own":
            return NOT_THERE
        if self.kind:
            stands = seat.reach == "station" or (self.kind == "drawer" and seat.reach == "region")
            return IN if stands else FORBIDDEN
        if not self.reading or seat.reaches(self.verb, self.place):
            return IN
        return FORBIDDEN if seat.reaches(self.reading, self.place) else NOT_THERE


DOORS: dict[str, Cells] = {door: Cells.of(text) for door, text in TABLE["doors"].items()}
