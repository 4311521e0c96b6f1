"""Lists: rows, residents, tables, tiles, filters, pages, and the history of a thing."""

import datetime as dt
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timezone import now

from core.language import formatting
from core.language.template_text import ICONS, id_of, say, spoken
from core.web.list_filters import ALL
from core.web.lists import Shown
from core.web.permissions import permit_device
from core.web.waiting import age_in_words, many_in_words

register = template.Library()


@register.inclusion_tag("components/row.html")
@spoken
def row(
    title: Any,
    *,
    href: str = "",
    detail: Any = "",
    more: Any = "",
    icon: str = "",
    amount: Any = "",
    time: Any = "",
    end: Any = "",
    status: str = "",
    words: Any = "",
    current: Any = False,
    mark: str = "",
    arrow: Any = False,
    lang: str = "",
    **values: Any,
) -> dict[str, Any]:
    """A list row inside `<li>`: who, what, amount or time at the right, status word; the whole row is the link."""
    return {
        "title": say(title, values),
        "href": href,
        "detail": say(detail, values) if detail else "",
        "more": more,
        "icon": icon,
        "amount": amount,
        "time": time,
        "end": end,
        "status": status,
        "words": words,
        "status_icon": ICONS.get(status, ""),
        "current": current,
        "mark": mark,
        "arrow": arrow,
        "lang": lang,
    }


@register.inclusion_tag("components/need.html")
@spoken
def need(waits: Any) -> dict[str, Any]:
    """A kind of thing that waits (`core.web.waiting.Waits`): the place and the age of the oldest, and how many."""
    at = now()
    status = waits.status(at)
    return {
        "title": waits.need.label,
        "icon": waits.need.icon,
        "href": waits.need.href,
        "place": waits.place,
        "age": age_in_words(waits.since, at),
        "status": status,
        "status_icon": ICONS.get(status, ""),
        "many": many_in_words(waits.count),
    }


@register.inclusion_tag("components/resident.html")
@spoken
def resident(
    name: Any,
    *,
    phone: Any = "",
    village: Any = "",
    born: Any = "",
    head: Any = "",
    house: Any = "",
    card: Any = False,
    href: str = "",
    current: Any = False,
    status: str = "",
    words: Any = "",
) -> dict[str, Any]:
    """One resident in a list: masked name and phone, village, birth year; head and house number for look-alikes."""
    return {
        "name": name,
        "phone": phone,
        "village": village,
        "born": born,
        "head": head,
        "house": house,
        "card": card,
        "href": href,
        "current": current,
        "status": status,
        "words": words,
        "status_icon": ICONS.get(status, ""),
    }


@register.inclusion_tag("components/pager.html")
@spoken
def pager(*, newer: str = "", older: str = "") -> dict[str, Any]:
    """Keyset pages: "Newer" and "Older", no total."""
    return {"newer": newer, "older": older}


@register.inclusion_tag("components/filters.html")
@spoken
def filters(options: Any, *, label: Any) -> dict[str, Any]:
    """Filter chips: `options` are (words, address, is it on)."""
    return {"options": options, "label": label}


@register.inclusion_tag("components/tile.html")
@spoken
def tile(
    text: Any,
    *,
    icon: str = "",
    picture: str = "",
    href: str = "",
    why_not: Any = "",
    detail: Any = "",
    name: str = "",
    value: Any = "",
) -> dict[str, Any]:
    """One of the large buttons of a page, inside `{% tiles %}`. With `name` it sends the form it stands in.

    `picture` is the address of a coloured drawing. Without `name` and `href` the tile is only looked at.
    """
    return {
        "text": text,
        "icon": icon,
        "picture": picture,
        "href": href,
        "why_not": why_not,
        "why_id": id_of("why", f"{text}{why_not}"),
        "detail": detail,
        "name": name,
        "value": value,
    }


@register.simple_block_tag
@spoken
def tiles(content: str, *, pad: Any = False, many: Any = False) -> str:
    """A grid of large buttons; `many` are smaller, four beside each other on a phone."""
    return format_html('<div class="tiles{}{}">{}</div>', " pad" if pad else "", " many" if many else "", content)


@register.inclusion_tag("components/table.html")
@spoken
def table(table: Any) -> dict[str, Any]:
    """A `core.web.tables.Table`: pairs on a phone, or a small table that stays one."""
    return {"table": table}


@register.inclusion_tag("components/history.html")
@spoken
def history(entries: Any) -> dict[str, Any]:
    """What happened, and what happens next: `core.web.timeline.Entry` rows."""
    return {"entries": entries}


@register.inclusion_tag("components/listing.html", takes_context=True)
@spoken
def listing(context: Context, shown: Shown) -> dict[str, Any]:
    """A list of `core.web.lists`: filters, tabs with their numbers, the sum, the rows, and what to do without any."""
    listed = shown.listed
    if listed.scanned:
        permit_device(context.get("request"), "camera")
    href = listed.empty.href
    return {
        "list": shown,
        "listed": listed,
        "form": shown.form,
        "chips": shown.chips,
        "state_key": next((tab.key for tab in shown.tabs if tab.is_current and tab.key != ALL), ""),
        "empty_href": reverse(href) if href else "",
    }


@register.simple_tag
@spoken
def row_time(at: dt.datetime | dt.date | None, is_one_day: bool) -> str:
    """When it was: the time within one day, the day and time otherwise; another year than this one is said."""
    if at is None:
        return ""
    local = timezone.localtime(at) if isinstance(at, dt.datetime) else at
    if isinstance(local, dt.datetime) and is_one_day:
        return formatting.clock(local)
    if local.year != timezone.localdate().year:
        return formatting.full_day(local)
    return formatting.moment(local) if isinstance(local, dt.datetime) else formatting.day(local)
