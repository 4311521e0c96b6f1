"""The frame of a page: its head, its boxes, its scripts, its language, and regions that ask again."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language

from core.language.template_text import ICONS, id_of, say, spoken

register = template.Library()

#: What `console.js` imports on every page, announced in its head.
MODULES = [f"core/{name}.js" for name in ("console", "press", "scan", "focus", "live", "net")]
#: What it fetches where a page has use for it.
ON_DEMAND = [
    *(f"core/{name}.js" for name in ("drafts", "photo", "count", "change", "receipt", "camera", "decode")),
    "core/vendor/idb-keyval.js",
]
#: What is too large to be fetched by all: kept on a device once it was used there.
ONCE_USED = ["core/vendor/zxing.min.js"]


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
    whose: Any = None,
    **values: Any,
) -> dict[str, Any]:
    """The title line: way back, `h1`, status word, "Step 2 of 3", one line below, one link at the right.

    `whose` has a sentence as `words` and its `icon`: whose the cash is that is taken here.
    """
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
        "whose": whose,
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
            "id": id or id_of("p", heading),
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


#: How htmx behaves: it runs no code of a page, speaks to this server only, shows refusals (409, 422) in place.
_HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "timeout": 12_000,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "4(09|22)", "swap": True},
            {"code": "[45]..", "swap": False, "error": True},
        ],
    },
    separators=(",", ":"),
)


@register.simple_tag
def htmx_config() -> str:
    """The settings of htmx, for its `<meta>`."""
    return _HTMX_CONFIG


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
    """A region that asks again by itself until the server answers with `core.web.pagination.settled` (HTTP 286).

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
