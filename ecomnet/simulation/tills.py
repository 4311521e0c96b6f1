"""Morning and evening: the drawer is opened, cash is brought to the county, and the day is counted and closed."""

from collections.abc import Sequence

from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay


def open_drawer(counter: CounterOfDay) -> None:
    """Open the cash day with what the drawer holds; a day that was left open is counted and closed first."""
    held = counter.partner.get("look at the drawer", f"accounts/till:{counter.stage.code}/balance/")
    counter.drawer = 0 if held.code else counter.land.minor(held["posted"])
    if _open(counter) == "previous_day_not_closed":
        _close_what_was_left(counter)
        _open(counter)


def close_drawer(counter: CounterOfDay) -> None:
    """Count blind, by what the hands know of the day, and close. A difference that nobody has made is trouble."""
    if not counter.is_drawer_open:
        return
    land = counter.land
    # A drawer with so much in it loses a few coins during the day, and nobody knows where.
    missing = land.lost_coins if counter.drawer >= land.counts_coins_from else 0
    counter.drawer -= missing
    path, lines = f"cash-days/{counter.cash_day}", {"lines": land.counted(counter.drawer)}
    count = counter.partner.post("count", f"{path}/count/", lines, key=counter.key(None, "count"))
    if count.code or land.minor(count["over_short"]) != -missing:
        counter.diary.note_trouble(f"{counter.stage.code}: the drawer does not agree: {count.body}")
        return
    closed = counter.partner.post("close", f"{path}/close/", key=counter.key(None, "close"))
    if closed.code:
        counter.diary.note_trouble(f"{counter.stage.code}: the day does not close: {closed.body}")
    counter.is_drawer_open = False
    if missing:
        _explain(counter)


def bring_to_county(counters: Sequence[CounterOfDay], *, clerk: Client) -> int:
    """Before closing, the clerk fetches half of the cash of each full drawer of his county; how many he has brought.

    Giver and carrier both sign; the clerk counts it into the till of the centre, which he has opened.
    """
    full = [each for each in counters if each.is_drawer_open and each.drawer >= 2 * each.land.remitted_in]
    return sum(bring_half(counter, clerk=clerk) for counter in full if counter.stage.clerk == clerk.name)


def bring_half(counter: CounterOfDay, *, clerk: Client) -> bool:
    """The clerk fetches half of the cash of a drawer; whether it has arrived."""
    land = counter.land
    amount = counter.drawer // 2 // land.remitted_in * land.remitted_in
    body = {
        "station": counter.stage.code,
        "direction": "to_county",
        "amount": land.written(amount),
        "carrier": clerk.name,
    }
    declared = counter.partner.post("declare cash", "remittances/", body, key=counter.key(None, "declare"))
    if declared.code:
        return False
    path = f"remittances/{declared['id']}"
    counter.partner.post("sign for cash", f"{path}/hand-over/", {}, key=counter.key(None, "give"))
    signed = clerk.post("sign for cash", f"{path}/hand-over/", {}, key=counter.key(None, "carry"))
    if signed.code:
        counter.diary.note_trouble(f"{counter.stage.code}: the cash does not leave: {signed.body}")
        return False
    counter.give(land.written(amount))
    count = {"lines": land.counted(amount)}
    arrived = clerk.post("count brought cash", f"{path}/receive/", count, key=counter.key(None, "receive"))
    return not arrived.code and arrived["status"] == "matched"


def _explain(counter: CounterOfDay) -> None:
    """Anyone who held the till says what may have happened."""
    for client in {counter.partner.name: counter.partner, counter.second.name: counter.second}.values():
        page = client.get("look at differences", "over-shorts/", status="open")
        for row in page.body.get("results", []):
            if row["cash_day"] == counter.cash_day:
                words = {"text": "找零的时候可能多给了"}
                key = counter.key(None, "explain")
                client.post("explain a difference", f"over-shorts/{row['id']}/explain/", words, key=key)


def _open(counter: CounterOfDay) -> str:
    body = {"station": counter.stage.code, "opening_lines": counter.land.counted(counter.drawer)}
    answer = counter.partner.post("open the day", "cash-days/", body, key=counter.key(None, "open"))
    if not answer.code:
        counter.cash_day = answer["id"]
    elif answer.code == "cash_day_open_elsewhere":
        counter.cash_day = _unclosed_day(counter)
    counter.is_drawer_open = counter.cash_day is not None
    return answer.code


def _unclosed_day(counter: CounterOfDay) -> int | None:
    days = counter.partner.get("look at the till", "cash-days/").body.get("results", [])
    return next((day["id"] for day in days if day["status"] != "closed"), None)


def _close_what_was_left(counter: CounterOfDay) -> None:
    counter.cash_day, counter.is_drawer_open = _unclosed_day(counter), True
    close_drawer(counter)
    counter.cash_day = None
