"""Books: lent, renewed and returned; two neighbours who want one book at the same moment."""

from typing import Any

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.cast import Villager
from ecomnet.simulation.client import at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case
from ecomnet.simulation.plan import Arrival

BOOK = "book"


def lend_book(counter: CounterOfDay, arrival: Arrival) -> None:
    """A book from the shelf; where the station has no library, or an empty one, people look around."""
    found = _on_shelf(counter, arrival)
    if found is None:
        look_around(counter, arrival)
        return
    library, book = found
    borrower = counter.villager(arrival)
    body = {"barcode": book["barcode"], "borrower": str(borrower.id)}
    lent = twice(counter, "lend a book", f"libraries/{library}/loans/", body, key=counter.key(arrival, "lend"))
    if lent.code:
        return
    _keep(counter, lent["id"], borrower, library, book)
    if arrival.luck % 3 == 0:
        path = f"book-loans/{lent['id']}/renew/"
        counter.partner.post("renew a book", path, {}, key=counter.key(arrival, "renew"))


def lend_one_book_twice(counter: CounterOfDay, arrival: Arrival) -> None:
    """Partner and helper each hand the same book to somebody: one of the two is told that it is gone."""
    found = _on_shelf(counter, arrival)
    if found is None:
        look_around(counter, arrival)
        return
    library, book = found
    villagers = counter.stage.villagers
    people = [villagers[(arrival.luck + number) % len(villagers)] for number in range(2)]
    presses = zip((counter.partner, counter.second), people, ("here", "there"), strict=True)
    answers = at_once(
        *(
            lambda client=client, person=person, where=where: client.post(
                "lend a book",
                f"libraries/{library}/loans/",
                {"barcode": book["barcode"], "borrower": str(person.id)},
                key=counter.key(arrival, f"lend-{where}"),
            )
            for client, person, where in presses
        )
    )
    won = [(answer, person) for answer, person in zip(answers, people, strict=True) if not answer.code]
    if len(won) > 1:
        counter.diary.note_trouble(f"one book was lent twice: {[answer.body for answer in answers]}")
    for answer, person in won:
        _keep(counter, answer["id"], person, library, book)


def return_book(counter: CounterOfDay, arrival: Arrival) -> None:
    """The first book that is out comes back."""
    if not counter.waiting[BOOK]:
        look_around(counter, arrival)
        return
    _return(counter, counter.waiting[BOOK].pop(0))


def end_books(counter: CounterOfDay) -> None:
    """In the evening the books of this day come back."""
    for case in counter.everybody_waiting_for(BOOK):
        _return(counter, case)


ACTS = (
    Act("lend a book", 3, lend_book),
    Act("lend one book twice", 1, lend_one_book_twice),
    Act("return a book", 2, return_book),
)


def _on_shelf(counter: CounterOfDay, arrival: Arrival) -> tuple[int, dict[str, Any]] | None:
    rows = counter.partner.get("look at libraries", "libraries/").body.get("results", [])
    library = next((row["id"] for row in rows if row["station"] == counter.stage.code and row["is_open"]), None)
    if library is None:
        return None
    books = counter.partner.get("look at books", "copies/", library=str(library)).body.get("results", [])
    shelf = [book for book in books if book["state"] == "available"]
    return (library, arrival.dice().choice(shelf)) if shelf else None


def _keep(counter: CounterOfDay, loan: str, borrower: Villager, library: int, book: dict[str, Any]) -> None:
    about = {"library": library, "barcode": book["barcode"]}
    counter.waiting[BOOK].append(counter.diary.open_case(Case(BOOK, loan, borrower, about=about)))


def _return(counter: CounterOfDay, case: Case) -> None:
    path, body = f"libraries/{case.about['library']}/returns/", {"barcode": case.about["barcode"]}
    back = twice(counter, "return a book", path, body, key=counter.key(None, "return"))
    if not back.code:
        case.end = DONE
