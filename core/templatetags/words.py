"""Words that stand beside a picture: status, chip, message, and the state of a page that has nothing to show."""

from typing import Any

from django import template
from django.template.defaultfilters import capfirst
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.language.template_text import ICONS, say, spoken
from core.templatetags.frame import asset

register = template.Library()


@register.simple_tag
@spoken
def icon(name: str) -> SafeString:
    """A picture beside a word; it says nothing by itself."""
    return _picture(name)


def _picture(name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', asset("core/icons.svg"), name)


@register.simple_tag
@spoken
def status(kind: str, words: Any, *, icon: str = "", **values: Any) -> SafeString:
    """A status word: `ok`, `wait`, `bad` or `info`, always with icon and word. Without a template: each row has one."""
    said = capfirst(say(words, values))
    return format_html('<span class="status {}">{}{}</span>', kind, _picture(icon or ICONS[kind]), said)


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
