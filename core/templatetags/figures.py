"""Facts and figures: on the screen, on paper, and drawn."""

from typing import Any

from django import template
from django.utils.html import format_html

from core.language.template_text import ICONS, say, spoken

register = template.Library()


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
def figure_links(content: str) -> str:
    """The four figures of a home, made of `{% figure_link %}`: each is a link to the rows that it counts."""
    return format_html('<div class="panel figures-panel"><dl class="figures doors">{}</dl></div>', content)


@register.inclusion_tag("components/figure_link.html")
@spoken
def figure_link(name: Any, value: Any, *, href: str, detail: Any = "", status: str = "") -> dict[str, Any]:
    """One number that opens its rows, with one line that says whether it is good."""
    known = {"name": name, "value": value, "href": href, "detail": detail}
    return known | {"status": status, "icon": ICONS.get(status, "")}


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


@register.inclusion_tag("components/lines_of_code.html")
def lines_of_code(lines: str) -> dict[str, str]:
    """What somebody copies into a terminal or a program, line by line."""
    return {"lines": lines}


@register.inclusion_tag("components/paper_line.html")
@spoken
def paper_line(name: Any, value: Any, *, sum: Any = False) -> dict[str, Any]:
    """One line of a printed slip."""
    return {"name": name, "value": value, "sum": sum}


@register.inclusion_tag("components/paper_mark.html")
def paper_mark(word: Any, english: Any) -> dict[str, Any]:
    """The large word at the top and bottom of a slip, in the resident's language and in English."""
    return {"word": word, "english": english}


@register.inclusion_tag("components/wall_sheet.html")
@spoken
def wall_sheet(
    sheet: Any, lines: Any, *, station: Any, picture: str = "", alt: Any = "", address: str = ""
) -> dict[str, Any]:
    """A list for the wall in both languages: a table, because a printer repeats its heading on every sheet."""
    known = {"sheet": sheet, "lines": lines, "station": station}
    return known | {"picture": picture, "alt": alt, "address": address}


@register.simple_block_tag
@spoken
def photos(content: str) -> str:
    """Photos side by side, made of `{% photo %}`."""
    return format_html('<div class="shots">{}</div>', content)


@register.inclusion_tag("components/photo.html")
@spoken
def photo(words: Any, *, href: str, detail: Any = "") -> dict[str, Any]:
    """A stored photo, small, with what it shows; a press opens it whole."""
    return {"words": words, "href": href, "detail": detail}


@register.inclusion_tag("components/progress.html")
@spoken
def progress(title: Any, *, done: int, of: int = 0, words: Any = "", **values: Any) -> dict[str, Any]:
    """Long work: a bar only when the total is known."""
    known = values | {"done": f"{done:,}", "of": f"{of:,}"}
    return {"title": title, "done": done, "of": of, "words": say(words, known) if words else ""}


@register.inclusion_tag("components/meter.html")
@spoken
def meter(name: Any, left: Any, *, used: int, of: int, words: Any, **values: Any) -> dict[str, Any]:
    """How much of a limit is used, among `{% figures %}`: what is left in large, the bar, and both numbers in words."""
    return {"name": name, "left": left, "used": used, "of": of, "words": say(words, values)}


@register.inclusion_tag("components/chart.html")
@spoken
def chart(chart: Any) -> dict[str, Any]:
    """A `core.web.charts.Chart`, drawn by the server."""
    return {"chart": chart}


@register.inclusion_tag("components/shares.html")
@spoken
def shares(parts: Any) -> dict[str, Any]:
    """A `core.web.charts.Shares`: how one sum is divided, as a bar and a table."""
    return {"shares": parts}


@register.inclusion_tag("components/trend.html")
@spoken
def trend(chart: Any, *, file: str) -> dict[str, Any]:
    """A `core.web.bars.Bars` in a panel of its own: the picture, its table in a fold, and its file."""
    return {"chart": chart, "file": file}
