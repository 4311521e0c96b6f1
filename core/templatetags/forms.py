"""What people press and fill in: buttons, forms, fields, searches, count sheets."""

from typing import Any

from django import forms, template
from django.template.context import Context
from django.template.loader import render_to_string

from core.forms import MoneyInput, PhotoInput, RecordingInput
from core.language import formatting
from core.language.template_text import id_of, say, spoken
from core.web.permissions import permit_device

register = template.Library()

FEW_OPTIONS = 7


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
        "why_id": id_of("why", f"{text}{why_not}"),
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
    shortcut: str = "",
) -> str:
    """A form that writes: key, protection against forgery and the error summary are in it.

    With `target="#region"` the answer replaces that region; without scripts it is a page of its own.
    `draft="pay_bill 7"` names the draft kept on this device; leave it out for passwords and codes. The key `shortcut`
    opens it and leads to its first field; it sends nothing.
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
            "shortcut": shortcut,
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
    """The error summary: focused when it appears, with a link to each field. A page has it once for a form."""
    found = []
    if form is not None:
        form.is_summarised = True
    for name, sentences in (form.errors if form is not None else {}).items():
        field = form[name] if name in form.fields else None
        label = str(field.label).rstrip("?？") if field and not field.is_hidden else ""
        href = f"#{_first_id(field)}" if field and not field.is_hidden else ""
        found += [{"label": label, "sentence": sentence, "href": href} for sentence in sentences]
    return {"found": found, "count": len(found), "retry_after": getattr(form, "retry_after", None)}


def _first_id(bound: Any) -> str:
    return f"{bound.auto_id}_0" if _shape(bound) == "choices" else bound.auto_id


@register.simple_tag(takes_context=True)
@spoken
def field(
    context: Context,
    bound: Any,
    *,
    hint: Any = "",
    short: Any = False,
    label: Any = "",
    autofocus: Any = False,
    scan: Any = False,
) -> str:
    """One field with label, hint, error and input, in this order.

    `short` for codes and counts; `scan` makes it a target for scanned codes, as a field that is `scanned` is by itself.
    With `scan="each"` the camera sends the form for each code that it reads.
    """
    scan = scan or getattr(bound.field, "scanned", False)
    shape = _shape(bound)
    words = hint or bound.help_text
    described = [f"{bound.auto_id}_hint"] * bool(words) + [f"{bound.auto_id}_error"] * bool(bound.errors)
    attrs: dict[str, Any] = {"class": "input short" if short else "input"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if autofocus:
        attrs["autofocus"] = True
    if scan:
        attrs["data-scan"] = scan
        permit_device(context.get("request"), "camera")
    if isinstance(bound.field.widget, RecordingInput):
        permit_device(context.get("request"), "microphone")
    parts = {
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
        "unit": formatting.symbol(bound.field.widget.currency) if isinstance(bound.field.widget, MoneyInput) else "",
        "invalid": bool(bound.errors),
        "scanned": bool(scan),
    }
    return render_to_string("components/field.html", parts)


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


@register.inclusion_tag("components/mark.html")
@spoken
def mark(bound: forms.BoundField, name: str, *, detail: str = "", status: str = "") -> dict[str, Any]:
    """One line of a list in which something is marked of everyone: a name, and a few choices beside each other."""
    return {"bound": bound, "name": name, "detail": detail, "status": status, "options": _options(bound)}


@register.inclusion_tag("components/search.html", takes_context=True)
@spoken
def search(
    context: Context,
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
    permit_device(context.get("request"), "camera")
    return {
        "label": label,
        "action": action,
        "name": name,
        "value": value,
        "hint": hint,
        "button": button,
        "target": target,
        "autofocus": autofocus,
        "id": id_of("s", f"{action}{name}"),
    }


@register.simple_block_tag
@spoken
def actions(content: str, *, inline: Any = False, total: Any = "", total_label: Any = "", note: Any = "") -> str:
    """The buttons of a page, primary first; fixed to the bottom edge of a phone unless `inline`."""
    return render_to_string(
        "components/actions.html",
        {"content": content, "inline": inline, "total": total, "total_label": total_label, "note": note},
    )


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
