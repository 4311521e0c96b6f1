"""Templates may be written on many short lines: what only serves the reader of the source is left out of the page.

Three rules, applied once when a template is loaded, so that a page costs no more bytes than its words and tags:

1. A line break inside a tag, `{% ... %}`, `{{ ... }}` or `<...>`, counts as one blank.
2. A line break next to a tag, with the blanks around it, is left out.
3. A line break between two words counts as one blank.

A blank that matters beside a tag stands on the same line as the tag. What `blocktranslate`, `verbatim`, `<pre>`,
`<textarea>` and `<script>` hold is left as it is.
"""

import re
from pathlib import Path

from django.conf import settings
from django.template import Origin
from django.template.loaders import app_directories, filesystem

_TEMPLATE_TAG = r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}"
_PIECE = re.compile(
    r"(?P<kept>\{%\s*(?P<block>blocktranslate|blocktrans|verbatim)\b.*?%\}.*?\{%\s*end(?P=block)\s*%\}"
    r"|<(?P<element>pre|textarea|script)\b.*?</(?P=element)\s*>)"
    rf"|(?P<tag>\{{%.*?%\}}|<!--.*?-->|</?[a-zA-Z!](?:{_TEMPLATE_TAG}|[^>])*>)"
    r"|(?P<value>\{\{.*?\}\})"
    r"|(?P<comment>\{#.*?#\})",
    re.DOTALL,
)
_LINE_BREAK = re.compile(r"[ \t]*\n\s*")
_FIRST_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)


def compact(source: str) -> str:
    """The source of an HTML template without the line breaks that only its readers need."""
    parts: list[str] = []
    beside_tag = True
    end = 0
    for piece in _PIECE.finditer(source):
        is_word = piece["value"] is not None
        parts.append(_text(source[end : piece.start()], after_tag=beside_tag, before_tag=not is_word))
        parts.append(_piece(piece))
        beside_tag = not is_word
        end = piece.end()
    parts.append(_text(source[end:], after_tag=beside_tag, before_tag=True))
    return "".join(parts)


def _piece(piece: re.Match[str]) -> str:
    if piece["block"]:
        return _FIRST_TAG.sub(lambda tag: _on_one_line(tag[0]), piece["kept"], count=1)
    return piece["kept"] or _on_one_line(piece[0])


def _on_one_line(tag: str) -> str:
    return re.sub(r" (/?>)\Z", r"\1", _LINE_BREAK.sub(" ", tag)) if "\n" in tag else tag


def _text(text: str, *, after_tag: bool, before_tag: bool) -> str:
    if "\n" not in text:
        return text
    if after_tag:
        text = re.sub(r"\A[ \t]*\n\s*", "", text)
    if before_tag:
        text = re.sub(r"[ \t]*\n\s*\Z", "", text)
    return _LINE_BREAK.sub(" ", text)


class _CompactSource:
    """Reads our own HTML templates compacted; those of libraries as they are."""

    def get_contents(self, origin: Origin) -> str:
        source: str = super().get_contents(origin)  # type: ignore[misc]
        return compact(source) if _is_ours(Path(origin.name)) else source


def _is_ours(path: Path) -> bool:
    return path.suffix == ".html" and path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts


class FilesystemLoader(_CompactSource, filesystem.Loader):
    """Django's loader of the folders in DIRS."""


class AppDirectoriesLoader(_CompactSource, app_directories.Loader):
    """Django's loader of the templates of apps."""
