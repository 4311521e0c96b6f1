"""The components of the console as tags. `docs/console.md` shows each of them; `/components/` shows how they look.

Sentences are given translated (`_("Pay %(amount)s")`); named values that follow fill their placeholders.
"""

import datetime as dt
import zlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django import forms, template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core import writing
from core.forms import MoneyInput, PhotoInput
from core.money import Money

register = template.Library()

ICONS = {"ok": "check", "wait": "clock", "bad": "alert", "info": "info"}
FEW_OPTIONS = 7
#: What `console.js` imports on every page, announced in its head.
MODULES = [f"core/{name}.js" for name in ("console", "press", "scan", "focus", "live", "net")]
#: What it fetches where a page has use for it.
ON_DEMAND = [
    *(f"core/{name}.js" for name in ("drafts", "photo", "count", "receipt")),
    "core/vendor/idb-keyval.js",
]


def spoken(tag: Callable[..., Any]) -> Callable[..., Any]:
    """A tag whose sentences may come from `_("...")` in a template, where the engine doubles every percent sign."""

    @wraps(tag)
    def single(*args: Any, **kwargs: Any) -> Any:
        return tag(*map(_single, args), **{name: _single(value) for name, value in kwargs.items()})

    return single


def _single(value: Any) -> Any:
    if isinstance(value, str | Promise) and "%%" in str(value):
        return str(value).replace("%%", "%")
    return value


def say(sentence: Any, values: Mapping[str, Any]) -> Any:
    """A sentence with its placeholders filled."""
    return str(sentence) % values if values else sentence


def _id_of(kind: str, text: Any) -> str:
    return f"{kind}-{zlib.crc32(str(text).encode()):08x}"


# ---------------------------------------------------------------- words, icons, status


@register.simple_tag
@spoken
def icon(name: str) -> SafeString:
    """A picture beside a word; it says nothing by itself."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', asset("core/icons.svg"), name)


@register.inclusion_tag("components/status.html")
@spoken
def status(kind: str, words: Any, *, icon: str = "", **values: Any) -> dict[str, Any]:
    """A status word: `ok`, `wait`, `bad` or `info`, always with icon and word."""
    return {"kind": kind, "words": say(words, values), "icon": icon or ICONS[kind]}


@register.inclusion_tag("components/chip.html")
@spoken
def chip(kind: str, words: Any, *, href: str = "", icon: str = "", **values: Any) -> dict[str, Any]:
    """The sync chip of the header."""
    return {"kind": kind, "words": say(words, values), "icon": icon or ICONS[kind], "href": href}


@register.inclusion_tag("components/message.html")
@spoken
def message(
    kind: str, words: Any, *, detail: Any = "", href: str = "", link: Any = "", icon: str = "", **values: Any
) -> dict[str, Any]:
    """A sentence about what happened, perhaps a second one, and the next step as a link."""
    return {
        "kind": kind,
        "words": say(words, values),
        "detail": say(detail, values) if detail else "",
        "href": href,
        "link": say(link, values) if link else "",
        "icon": icon or {"info": "info", "ok": "check"}.get(kind, "alert"),
    }


@register.inclusion_tag("components/state.html")
@spoken
def state(
    words: Any,
    *,
    icon: str = "info",
    detail: Any = "",
    href: str = "",
    action: Any = "",
    heading: Any = 0,
    **values: Any,
) -> dict[str, Any]:
    """Empty, refused, offline or gone: why it is so and the first step. `heading=1` where it is the whole page."""
    return {
        "words": say(words, values),
        "icon": icon,
        "detail": say(detail, values) if detail else "",
        "href": href,
        "action": action,
        "heading": heading,
    }


# ---------------------------------------------------------------- the page


@register.inclusion_tag("components/head.html")
@spoken
def head(
    title: Any,
    *,
    lead: Any = "",
    back: str = "",
    back_to: Any = "",
    status: str = "",
    words: Any = "",
    step: int = 0,
    steps: int = 0,
    more: Any = "",
    more_href: str = "",
    **values: Any,
) -> dict[str, Any]:
    """The title line: way back, `h1`, status word, "Step 2 of 3", one line below, one link at the right."""
    return {
        "title": say(title, values),
        "lead": say(lead, values) if lead else "",
        "back": back,
        "back_to": back_to,
        "status": status,
        "words": words,
        "icon": ICONS.get(status, ""),
        "step": step,
        "steps": steps,
        "more": more,
        "more_href": more_href,
    }


@register.simple_block_tag
@spoken
def panel(
    content: str, title: Any = "", *, id: str = "", more: Any = "", more_href: str = "", pad: Any = False, **values: Any
) -> str:
    """The only box: a title line, then rows, a table, or with `pad=True` anything else."""
    heading = say(title, values)
    return render_to_string(
        "components/panel.html",
        {
            "content": content,
            "title": heading,
            "id": id or _id_of("p", heading),
            "more": more,
            "more_href": more_href,
            "pad": pad,
        },
    )


@register.simple_block_tag
@spoken
def fold(content: str, title: Any, **values: Any) -> str:
    """A part that opens on press, without script."""
    return render_to_string("components/fold.html", {"content": content, "title": say(title, values)})


@register.simple_block_tag
@spoken
def dialog(content: str, title: Any, *, id: str) -> str:
    """A layer over the page, for what can also be done on a page of its own: only a script opens it."""
    return render_to_string("components/dialog.html", {"content": content, "title": title, "id": id})


# ---------------------------------------------------------------- forms


@register.inclusion_tag("components/button.html")
@spoken
def button(
    text: Any,
    *,
    kind: str = "",
    doing: Any = "",
    icon: str = "",
    href: str = "",
    why_not: Any = "",
    name: str = "",
    value: Any = "",
    block: Any = False,
    action: str = "",
    **values: Any,
) -> dict[str, Any]:
    """A verb with its object: `kind` is empty, `primary` or `danger`; `doing` is the word while it runs.

    With `href` it is a link. With `why_not` it is shown blocked, with the reason beside it. `action` sends the form it
    stands in elsewhere; `data-print` and the like are named `action="print"`.
    """
    return {
        "text": say(text, values),
        "kind": kind,
        "doing": doing,
        "icon": icon,
        "href": href,
        "why_not": why_not,
        "why_id": _id_of("why", f"{text}{why_not}"),
        "name": name,
        "value": value,
        "block": block,
        "action": action,
    }


@register.simple_block_tag(takes_context=True)
@spoken
def form(
    context: Context,
    content: str,
    form: Any = None,
    *,
    action: str = "",
    target: str = "",
    draft: Any = "",
    id: str = "",
) -> str:
    """A form that writes: key, protection against forgery and the error summary are in it.

    With `target="#region"` the answer replaces that region; without scripts it is a page of its own.
    `draft="pay_bill 7"` names the draft kept on this device; leave it out for passwords and codes.
    """
    return render_to_string(
        "components/form.html",
        {
            "form": form,
            "content": content,
            "action": action,
            "target": target,
            "draft": draft,
            "id": id,
            "csrf_token": context.get("csrf_token"),
            "multipart": bool(form is not None and form.is_multipart()),
        },
    )


@register.simple_block_tag
def finder(content: str, title: Any, *, action: str = "") -> str:
    """A form that only looks: several fields, sent in the address."""
    return render_to_string("components/finder.html", {"content": content, "title": title, "action": action})


@register.inclusion_tag("components/errors.html")
@spoken
def errors(form: Any) -> dict[str, Any]:
    """The error summary: focused when it appears, with a link to each field."""
    found = []
    for name, sentences in (form.errors if form is not None else {}).items():
        field = form[name] if name in form.fields else None
        label = str(field.label) if field and not field.is_hidden else ""
        href = f"#{_first_id(field)}" if field and not field.is_hidden else ""
        found += [{"label": label, "sentence": sentence, "href": href} for sentence in sentences]
    return {"found": found, "count": len(found), "retry_after": getattr(form, "retry_after", None)}


def _first_id(bound: Any) -> str:
    return f"{bound.auto_id}_0" if _shape(bound) == "choices" else bound.auto_id


@register.simple_tag
@spoken
def field(
    bound: Any, *, hint: Any = "", short: Any = False, label: Any = "", autofocus: Any = False, scan: Any = False
) -> str:
    """One field with label, hint, error and input, in this order.

    `short` for codes and counts; `scan` makes it the page's target for scanned codes.
    """
    shape = _shape(bound)
    words = hint or bound.help_text
    described = [f"{bound.auto_id}_hint"] * bool(words) + [f"{bound.auto_id}_error"] * bool(bound.errors)
    attrs: dict[str, Any] = {"class": "input short" if short else "input"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if autofocus:
        attrs["autofocus"] = True
    if scan:
        attrs["data-scan"] = True
    context = {
        "bound": bound,
        "shape": shape,
        "label": label or bound.label,
        "hint": words,
        "optional": not bound.field.required and shape != "check",
        "described": attrs.get("aria-describedby", ""),
        "widget": bound.as_widget(attrs=attrs) if shape not in {"choices", "check"} else "",
        "options": _options(bound) if shape == "choices" else [],
        "many": isinstance(bound.field.widget, forms.CheckboxSelectMultiple | forms.SelectMultiple),
        "checked": shape == "check" and bool(bound.value()),
        "unit": writing.symbol(bound.field.widget.currency) if isinstance(bound.field.widget, MoneyInput) else "",
        "invalid": bool(bound.errors),
    }
    return render_to_string("components/field.html", context)


def _shape(bound: Any) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.Select) and len(list(bound.field.choices)) <= FEW_OPTIONS:
        return "choices"
    if isinstance(widget, PhotoInput):
        return "photo"
    return "input"


def _options(bound: Any) -> list[dict[str, Any]]:
    chosen = bound.value()
    chosen = {str(value) for value in (chosen if isinstance(chosen, list | tuple) else [chosen])}
    return [
        {"value": value, "label": label, "checked": str(value) in chosen, "id": f"{bound.auto_id}_{number}"}
        for number, (value, label) in enumerate(bound.field.choices)
        if value not in {"", None}
    ]


@register.inclusion_tag("components/search.html")
@spoken
def search(
    label: Any,
    *,
    action: str,
    name: str = "q",
    value: Any = "",
    hint: Any = "",
    button: Any,
    target: str = "",
    autofocus: Any = False,
) -> dict[str, Any]:
    """The one field that understands names, pinyin, initials, phone tails and scanned codes.

    It is sent by POST: a whole phone or identity number never stands in an address.
    """
    return {
        "label": label,
        "action": action,
        "name": name,
        "value": value,
        "hint": hint,
        "button": button,
        "target": target,
        "autofocus": autofocus,
        "id": _id_of("s", f"{action}{name}"),
    }


@register.simple_block_tag
@spoken
def actions(content: str, *, inline: Any = False, total: Any = "", total_label: Any = "", note: Any = "") -> str:
    """The buttons of a page, primary first; fixed to the bottom edge of a phone unless `inline`."""
    return render_to_string(
        "components/actions.html",
        {"content": content, "inline": inline, "total": total, "total_label": total_label, "note": note},
    )


# ---------------------------------------------------------------- lists


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
    text: Any, *, icon: str = "", href: str = "", why_not: Any = "", detail: Any = "", name: str = "", value: Any = ""
) -> dict[str, Any]:
    """One of the large buttons of a page, inside `{% tiles %}`. With `name` it sends the form it stands in."""
    return {
        "text": text,
        "icon": icon,
        "href": href,
        "why_not": why_not,
        "why_id": _id_of("why", f"{text}{why_not}"),
        "detail": detail,
        "name": name,
        "value": value,
    }


@register.simple_block_tag
@spoken
def tiles(content: str, *, pad: Any = False) -> str:
    """The grid of up to six large buttons."""
    return format_html('<div class="tiles{}">{}</div>', " pad" if pad else "", content)


@register.inclusion_tag("components/table.html")
@spoken
def table(table: Any) -> dict[str, Any]:
    """A `core.tables.Table`: pairs on a phone, or a small table that stays one."""
    return {"table": table}


@register.inclusion_tag("components/count.html")
@spoken
def count(rows: Any, *, caption: Any, note: Any = "") -> dict[str, Any]:
    """A count sheet: rows of (label, bound field, value of one piece in minor units, sum as written).

    Scripts add up while one types; a `{% actions total=... %}` on the same page shows the sum.
    """
    return {"rows": rows, "caption": caption, "note": note}


@register.simple_tag
def count_field(bound: Any, label_id: str, sum_id: str) -> str:
    """The input of one row of a count sheet."""
    attrs = {"class": "input", "inputmode": "numeric", "autocomplete": "off", "aria-labelledby": label_id}
    described = f"{sum_id} {bound.auto_id}_error" if bound.errors else sum_id
    return bound.as_widget(attrs=attrs | {"aria-describedby": described})


# ---------------------------------------------------------------- facts, money, paper


@register.simple_block_tag
@spoken
def facts(content: str) -> str:
    """Names and values, made of `{% fact %}`."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.inclusion_tag("components/fact.html")
@spoken
def fact(name: Any, value: Any, *, href: str = "", link: Any = "") -> dict[str, Any]:
    """One name and its value, perhaps with a link behind it."""
    return {"name": name, "value": value, "href": href, "link": link}


@register.simple_block_tag
@spoken
def figures(content: str) -> str:
    """Two to four numbers that decide, made of `{% figure %}`."""
    return format_html('<dl class="figures">{}</dl>', content)


@register.inclusion_tag("components/figure.html")
@spoken
def figure(
    name: Any, value: Any, *, detail: Any = "", status: str = "", words: Any = "", href: str = "", **values: Any
) -> dict[str, Any]:
    """One number with what it means."""
    return {
        "name": name,
        "value": value,
        "detail": say(detail, values) if detail else "",
        "status": status,
        "words": words,
        "icon": ICONS.get(status, ""),
        "href": href,
    }


@register.simple_block_tag
@spoken
def slip(content: str) -> str:
    """Money on the screen looks like the paper that will come out."""
    return format_html('<div class="slip">{}</div>', content)


@register.simple_block_tag
@spoken
def ledger(content: str, *, small: Any = False) -> str:
    """Lines with dot leaders and figures at the right, made of `{% line %}`."""
    return format_html('<dl class="ledger{}">{}</dl>', " muted small" if small else "", content)


@register.inclusion_tag("components/line.html")
@spoken
def line(name: Any, value: Any, *, total: Any = False, **values: Any) -> dict[str, Any]:
    """One line of a ledger; `total` draws the full line above it."""
    return {"name": say(name, values), "value": value, "total": total}


@register.inclusion_tag("components/paper_line.html")
@spoken
def paper_line(name: Any, value: Any, *, sum: Any = False) -> dict[str, Any]:
    """One line of a printed slip."""
    return {"name": name, "value": value, "sum": sum}


@register.inclusion_tag("components/paper_mark.html")
def paper_mark(word: Any, english: Any) -> dict[str, Any]:
    """The large word at the top and bottom of a slip, in the resident's language and in English."""
    return {"word": word, "english": english}


@register.inclusion_tag("components/history.html")
@spoken
def history(entries: Any) -> dict[str, Any]:
    """What happened, and what happens next: `core.timeline.Entry` rows."""
    return {"entries": entries}


@register.inclusion_tag("components/progress.html")
@spoken
def progress(title: Any, *, done: int, of: int = 0, words: Any = "", **values: Any) -> dict[str, Any]:
    """Long work: a bar only when the total is known."""
    known = values | {"done": f"{done:,}", "of": f"{of:,}"}
    return {"title": title, "done": done, "of": of, "words": say(words, known) if words else ""}


@register.inclusion_tag("components/chart.html")
@spoken
def chart(chart: Any) -> dict[str, Any]:
    """A `core.charts.Chart`, drawn by the server."""
    return {"chart": chart}


@register.inclusion_tag("components/shares.html")
@spoken
def shares(parts: Any) -> dict[str, Any]:
    """A `core.charts.Shares`: how one sum is divided, as a bar and a table."""
    return {"shares": parts}


# ---------------------------------------------------------------- filters


@register.filter
def money(value: Money | None) -> str:
    """`¥186.40`; minus as `-¥12.00`."""
    return "" if value is None else writing.money(value)


@register.filter
def amount(value: Money | None) -> str:
    """`1,313.60`: where the currency is said elsewhere."""
    return "" if value is None else writing.amount(value)


@register.filter
def capitals(value: Money | None) -> str:
    """`壹佰捌拾陆元肆角整`: the amount on a Chinese slip."""
    return "" if value is None else writing.capitals(value)


@register.filter
def when(value: dt.datetime | None) -> SafeString | str:
    """`11月25日 周三 14:30` or `Wed 25 Nov, 14:30`, in the zone of the reader's station."""
    return _time(value, writing.moment)


@register.filter
def clock(value: dt.datetime | None) -> SafeString | str:
    """`14:30`, in the zone of the reader's station."""
    return _time(value, writing.clock)


@register.filter
def clock_words(value: dt.datetime | None) -> str:
    """`14:30` without markup, for use inside a sentence."""
    return "" if value is None else writing.clock(timezone.localtime(value))


@register.filter
def day(value: dt.date | dt.datetime | None) -> SafeString | str:
    """`11月25日 周三` or `Wed 25 Nov`."""
    return _time(value, writing.day)


@register.filter
def full_day(value: dt.date | dt.datetime | None) -> SafeString | str:
    """`2026年11月25日` or `25 Nov 2026`: where the year matters."""
    return _time(value, writing.full_day)


@register.filter
def ago(value: dt.datetime | None) -> SafeString | str:
    """`today 8:40`, `yesterday 16:05`, then the day and time."""
    return _time(value, lambda local: writing.near(local, timezone.localtime()))


@register.filter
def month(value: dt.date | None) -> SafeString | str:
    """`2026年10月` or `October 2026`."""
    return _time(value, writing.month)


def _time(value: Any, words: Any) -> SafeString | str:
    if value is None or value == "":
        return ""
    local = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), words(local))


@register.filter
def named(name: Any) -> SafeString:
    """A person's or place's name as it is written: never translated, its language and direction marked."""
    lang = ' lang="zh-Hans"' if writing.is_chinese(str(name)) else ""
    return format_html("<bdi{}>{}</bdi>", SafeString(lang), name)


# ---------------------------------------------------------------- the frame


@register.simple_tag
@spoken
def html_lang() -> str:
    """The page's language as HTML writes it: `zh-Hans` or `en`."""
    return _tag_of(get_language() or settings.LANGUAGE_CODE)


def _tag_of(code: str) -> str:
    return {"zh-hans": "zh-Hans"}.get(code, code)


@register.simple_tag
@spoken
def asset(path: str) -> str:
    """A static address that never fails: for the page that is shown when all else has."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@register.inclusion_tag("components/language.html", takes_context=True)
@spoken
def language_switch(context: Context) -> dict[str, Any]:
    """The other language, in its own words; it changes the reader's language and keeps what is typed."""
    now = get_language() or settings.LANGUAGE_CODE
    code, name = next((code, name) for code, name in settings.LANGUAGES if code != now)
    request = context.get("request")
    following = request.get_full_path() if request is not None and request.method == "GET" else ""
    return {
        "code": code,
        "name": {"zh-hans": "中文"}.get(code, name),
        "lang": _tag_of(code),
        "next": following,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/modules.html")
@spoken
def modules() -> dict[str, Any]:
    """The scripts of every page; each imported module is announced, so that none waits for another."""
    return {"preload": MODULES}


@register.simple_block_tag
@spoken
def poll(content: str, *, id: str, href: str, seconds: int = 2, label: Any = "", settled: Any = False) -> str:
    """A region that asks again by itself until the server answers with `core.pages.settled` (HTTP 286).

    `settled` where there is nothing to ask any more when the page is made. Without scripts it is a plain region: put
    a link into it that loads the page again.
    """
    context = {"content": content, "id": id, "href": href, "seconds": seconds, "label": label, "settled": settled}
    return render_to_string("components/poll.html", context)


@register.inclusion_tag("components/retry.html")
@spoken
def retry(seconds: int) -> dict[str, Any]:
    """A countdown that loads the page again, once."""
    return {"seconds": seconds}
