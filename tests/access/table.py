"""The table of who may do what, as people wrote it in `matrix.toml`, and what follows from it for one cell."""

import re
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

TABLE = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text(encoding="utf-8"))
VERBS: dict[str, dict[str, str]] = {
    verb: dict(zip(TABLE["roles"], row.split(), strict=True))
    | {role: verbs.get(verb, "-") for role, verbs in TABLE["specialists"].items()}
    for verb, row in TABLE["verbs"].items()
}
PUBLIC, SIGNED_IN = "public", "signed_in"
#: What a door answers: let in (whatever comes of it), or not.
IN, SIGN_IN_FIRST, FORBIDDEN, NOT_THERE = 200, 401, 403, 404

CELL = re.compile(
    r"(?P<verb>[a-z]+\.[a-z_]+|public|signed_in)(?P<here> here)?(?: of (?P<reading>[a-z]+\.[a-z_]+))?"
    r"(?: in the (?P<place>neighbourhood|county|network|reference data|shared reference data))?"
    r"(?P<shared>, read by all)?"
    r"(?: (?P<kind>own|unknown|counter|drawer|at the own station))?"
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
        if letter in {"-", "T"}:
            return False
        if self.reach == "network" or place == "shared reference data":
            return True
        if place == "reference data" and ".read_" in verb:
            return True
        if place in {"network", "reference data"}:
            return False
        if self.reach == "region":
            return self.where == "here"
        near = {"here", "next_door"} if letter == "C" and place == "neighbourhood" else {"here"}
        return place != "county" and self.where in near

    def holds(self, verb: str) -> bool:
        """Whether the table gives the verb to this role at all."""
        return bool(self.role) and VERBS[verb][self.role] != "-"


SEATS = [Seat(name, *row.split()) for name, row in TABLE["seats"].items()]
#: A role's further seats, each with the nearer one before it.
NEARER = {seat: before for before, seat in pairwise(SEATS) if before.role == seat.role}
#: Nobody, somebody without a post, and somebody whose posts of every role have ended.
NOBODY, WITHOUT_POST, ENDED = (Seat(name, "", "none", "nowhere") for name in ("nobody", "without a post", "ended"))


@dataclass(frozen=True, slots=True)
class Cells:
    """One line of the table of doors."""

    verb: str
    reading: str
    place: str
    kind: str
    read_place: str

    @classmethod
    def of(cls, text: str) -> "Cells":
        """A line as it is written; whatever is written otherwise is a fault of the table."""
        found = CELL.fullmatch(text)
        if found is None:
            raise ValueError(f"matrix.toml says: {text}")
        reading = found["reading"] or (found["verb"] if found["here"] else "")
        place = found["place"] or "station"
        read_place = "shared reference data" if found["shared"] else place
        return cls(found["verb"], reading, place, found["kind"] or "", read_place)

    def is_about_places_of(self, seat: Seat) -> bool:
        """Whether what this role is told can depend on where its post lies."""
        if self.verb in {PUBLIC, SIGNED_IN}:
            return False
        return seat.holds(self.verb) or (bool(self.reading) and seat.holds(self.reading))

    def for_seat(self, seat: Seat, *, guard: str) -> int:
        """What this one is told; `guard` is the verb that the door asks for before it looks for the thing."""
        if seat is NOBODY and self.verb != PUBLIC:
            return SIGN_IN_FIRST
        if self.verb in {PUBLIC, SIGNED_IN}:
            return NOT_THERE if self.kind else IN
        if guard not in {"", PUBLIC, SIGNED_IN} and not seat.holds(guard):
            return FORBIDDEN
        return self._of_a_counter(seat) if self.kind else self._of_the_thing(seat)

    def _of_a_counter(self, seat: Seat) -> int:
        if self.kind in {"own", "unknown"}:
            return NOT_THERE
        if self.reading and not seat.reaches(self.reading, self.place):
            return NOT_THERE
        if not seat.holds(self.verb):
            return FORBIDDEN
        if seat.reach == "station" or (self.kind == "drawer" and seat.reach == "region"):
            return IN
        return NOT_THERE if self.kind == "at the own station" else FORBIDDEN

    def _of_the_thing(self, seat: Seat) -> int:
        if not self.reading:
            reaches = seat.reaches(self.verb, self.place) if self.place == "network" else seat.holds(self.verb)
            return IN if reaches else FORBIDDEN
        if seat.reaches(self.verb, self.place):
            return IN
        return FORBIDDEN if seat.reaches(self.reading, self.read_place) else NOT_THERE


DOORS: dict[str, Cells] = {door: Cells.of(text) for door, text in TABLE["doors"].items()}
