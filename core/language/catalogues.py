"""Message catalogues: what people read in another language, one file per app, kept without system gettext.

A catalogue holds one line per part and no dates or places, so that two branches rarely meet in it. Where they do, git
keeps both sides (`*.po merge=union`), and reading forgives what that leaves behind.
"""

import io
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser, write_po
from django.utils.translation.template import templatize

from core.language.template_source import compact

LOCALE = "zh_Hans"
PLURAL_FORMS = 1

HEADER = """\
# Chinese (simplified). Fill in with plain words that a villager would use; `manage.py messages` keeps the order.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""

#: The functions that mark a sentence; all their arguments are read, whatever their number.
KEYWORDS: dict[str, Any] = dict.fromkeys(
    [
        "_",
        *(f"{kind}{lazy}" for kind in ("gettext", "ngettext", "pgettext", "npgettext") for lazy in ("", "_lazy")),
        "gettext_noop",
    ]
)
TEMPLATE_SUFFIXES = {".html", ".txt", ".js", ".webmanifest", ".svg"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


@dataclass(frozen=True, slots=True)
class Message:
    """What identifies a sentence: its English text, its plural if it has one, its context if it needs one."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        return (self.text.casefold(), self.text, self.context)


#: message -> its forms in the other language (one, or one per plural form)
Translations = dict[Message, list[str]]


def messages_of(folder: Path) -> set[Message]:
    """Every sentence that the Python files and templates below a folder mark for translation."""
    found: set[Message] = set()
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            found.update(_messages_in(path.read_text(encoding="utf-8")))
    for path in sorted(folder.rglob("templates/**/*")):
        if path.suffix in TEMPLATE_SUFFIXES:
            source = path.read_text(encoding="utf-8")
            python = templatize(compact(source) if path.suffix == ".html" else source, origin=str(path))
            found.update(_messages_in("\n".join(line.lstrip() for line in python.splitlines())))
    return found


def _messages_in(python: str) -> Iterator[Message]:
    for _line, function, texts, _comments in extract_python(io.BytesIO(python.encode()), KEYWORDS, [], {}):
        parts = list(texts) if isinstance(texts, tuple) else [texts]
        context = parts.pop(0) if "pgettext" in function else ""
        if not parts or not isinstance(parts[0], str) or not parts[0] or context is None:
            continue
        plural = parts[1] if "ngettext" in function or "npgettext" in function else ""
        yield Message(parts[0], plural or "", context)


class _Entries(Catalog):
    """The entries of one file in their order, also where two are for one message (which `Catalog` would merge)."""

    def __init__(self) -> None:
        super().__init__(locale=LOCALE)
        self.entries: list[Entry] = []

    def __setitem__(self, text: Any, entry: Entry) -> None:
        self.entries.append(entry)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


def read(path: Path) -> Translations:
    """A catalogue's translations; of two for one message the later filled one counts. Fuzzy ones count as empty."""
    translations: Translations = {}
    if not path.exists():
        return translations
    entries = _Entries()
    PoFileParser(entries).parse(path.read_text(encoding="utf-8").splitlines())
    for entry in entries:
        message, forms = _parts_of(entry)
        if message.text and (all(forms) or message not in translations):
            translations[message] = [""] if entry.fuzzy else forms
    return translations


def _parts_of(entry: Entry) -> tuple[Message, list[str]]:
    texts, forms = _as_list(entry.id), _as_list(entry.string)
    return Message(texts[0], "".join(texts[1:]), entry.context or ""), forms


def _as_list(texts: str | Sequence[str] | None) -> list[str]:
    return [texts or ""] if isinstance(texts, str | None) else list(texts)


def write(path: Path, translations: Translations) -> None:
    """A catalogue in its one normal form; none at all where there is nothing to say."""
    if not translations:
        path.unlink(missing_ok=True)
        return
    entries = _Entries()
    for message in sorted(translations, key=lambda message: message.place):
        _add(entries, message, translations[message]).flags.clear()
    written = io.BytesIO()
    write_po(written, entries, width=0, omit_header=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(HEADER.encode() + b"\n" + written.getvalue().rstrip(b"\n") + b"\n")


def _add(catalog: Catalog, message: Message, forms: list[str]) -> Entry:
    text = (message.text, message.plural) if message.plural else message.text
    return catalog.add(text, tuple(forms) if message.plural else forms[0], context=message.context or None)


def path_of(folder: Path) -> Path:
    """Where an app keeps its catalogue."""
    return folder / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def update(folder: Path, known: Translations) -> Translations:
    """Bring an app's catalogue up to its sentences: what is gone goes, what is new takes a known translation."""
    old = read(path_of(folder))
    translations = {message: old.get(message) or known.get(message) or [""] for message in messages_of(folder)}
    write(path_of(folder), translations)
    return translations


def faults_of(folder: Path) -> list[str]:
    """What keeps an app's catalogue from being complete, as sentences for the one who fills it in."""
    translations = read(path_of(folder))
    faults = []
    for message in sorted(messages_of(folder), key=lambda message: message.place):
        forms = translations.get(message)
        if forms is None:
            faults.append(f"missing: {message.text!r}")
        elif len(forms) != PLURAL_FORMS or not all(form.strip() for form in forms):
            faults.append(f"not translated: {message.text!r}")
        elif any(_placeholders(form) != _placeholders(message.plural or message.text) for form in forms):
            faults.append(f"other placeholders: {message.text!r} -> {forms}")
    return [f"{path_of(folder)}: {fault}" for fault in faults]


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def compile_all(root: Path) -> int:
    """Make the binary catalogues that Django reads, where they are missing or older. Returns how many were made."""
    made = 0
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _compile(source, target)
            made += 1
    return made


def _compile(source: Path, target: Path) -> None:
    catalog = Catalog(locale=source.parts[-3], charset="utf-8")
    for message, forms in read(source).items():
        if all(forms):
            _add(catalog, message, forms)
            if "%" in message.text and not message.plural:
                # `_("...")` in a template is looked up with every percent sign doubled.
                doubled = message.text.replace("%", "%%"), forms[0].replace("%", "%%")
                catalog.add(*doubled, context=message.context or None)
    # Several test processes compile at once: each writes its own file and puts it in place whole.
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as made:
        write_mo(made, catalog)
    os.replace(made.name, target)
    target.chmod(0o644)
