"""Morning and evening: the drawer is opened, and counted and closed when the last villager has gone."""

from ecomnet.day.counter import CounterOfDay, counted, minor


def open_drawer(counter: CounterOfDay) -> None:
    """Open the cash day with what the drawer holds; a day that was left open is counted and closed first."""
    held = counter.partner.get("look at the drawer", f"accounts/till:{counter.stage.code}/balance/")
    counter.drawer = 0 if held.code else minor(held["posted"])
    if _open(counter) == "previous_day_not_closed":
        _close_what_was_left(counter)
        _open(counter)


def close_drawer(counter: CounterOfDay) -> None:
    """Count blind, by what the hands know of the day, and close. A difference is trouble."""
    if not counter.is_drawer_open:
        return
    path, lines = f"cash-days/{counter.cash_day}", {"lines": counted(counter.drawer)}
    count = counter.partner.post("count", f"{path}/count/", lines, key=counter.key(None, "count"))
    if count.code or count["over_short"] != "0.00":
        counter.diary.note_trouble(f"{counter.stage.code}: the drawer does not agree: {count.body}")
        return
    closed = counter.partner.post("close", f"{path}/close/", key=counter.key(None, "close"))
    if closed.code:
        counter.diary.note_trouble(f"{counter.stage.code}: the day does not close: {closed.body}")
    counter.is_drawer_open = False


def _open(counter: CounterOfDay) -> str:
    body = {"station": counter.stage.code, "opening_lines": counted(counter.drawer)}
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
