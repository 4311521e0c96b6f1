"""How a name can be typed: folding, readings, and the keys by which a person is found again.

Everything here is pure: the same keys are made by the server for its table and for the index on a device.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from pypinyin import Style, pinyin

from core.language.text import fold, is_hanzi

#: At most this many keys of one kind for one person.
KEYS_PER_KIND = 8
LONGEST_KEY = 120
#: The shortest part of a name that is found inside it.
SHORTEST_SUBSTRING = 2

MIDDLE_DOTS = re.compile(r"[·•‧∙⋅・･．]")
#: What stands between letters of one name (O'Brien, J.R., Smith-Jones) and is typed or left out.
MARKS = re.compile(r"[’‘ʼʻ'`\".,()/\-‐‑–]")
#: surname -> readings, syllables separated by blanks, best first.
Readings = Mapping[str, Sequence[str]]


class NameKeys(NamedTuple):
    """The keys of one person, best first."""

    name: list[str]
    initials: list[str]
    pinyin: list[str]


def fold_name(text: str) -> str:
    """A name as it is compared: folded, without the dots between its parts and the marks inside them."""
    return MARKS.sub("", MIDDLE_DOTS.sub("", fold(text)))[:LONGEST_KEY]


def possible_surnames(full_name: str) -> list[str]:
    """What `SurnameReading` must be asked for: a compound surname and a single one."""
    folded = fold_name(full_name)
    return [folded[:2], folded[:1]] if folded else []


def name_keys(full_name: str, readings: Readings) -> NameKeys:
    """All keys of a name, in hanzi or in Latin letters; `readings` are those of its possible surnames."""
    if any(is_hanzi(character) for character in full_name):
        return _hanzi_keys(full_name, readings)
    return _latin_keys(full_name)


def _hanzi_keys(full_name: str, readings: Readings) -> NameKeys:
    parts = [fold_name(part) for part in MIDDLE_DOTS.split(full_name)]
    parts = [part for part in parts if part]
    whole = "".join(parts)[:LONGEST_KEY]
    surname = _surname_of(whole, readings) if len(parts) == 1 else ""
    spoken = [list(_spoken(whole, surname, readings))]
    if len(parts) > 1:
        spoken += [list(_spoken(part, "", readings)) for part in parts]
    return NameKeys(
        name=_best([whole, *parts, *_suffixes(whole)]),
        initials=_best("".join(syllable[0] for syllable in said) for ways in spoken for said in ways),
        pinyin=_best("".join(said) for ways in spoken for said in ways),
    )


def _surname_of(whole: str, readings: Readings) -> str:
    if len(whole) > 2 and whole[:2] in readings:
        return whole[:2]
    return whole[:1]


def _spoken(text: str, surname: str, readings: Readings) -> Iterable[tuple[str, ...]]:
    """The ways in which a name is said: every reading of the surname, the given name by its first characters."""
    given = text[len(surname) :]
    ways = [_surname_ways(surname, readings)] if surname else []
    ways += [[(syllable,) for syllable in _syllables(given[0])]] if given else []
    ways += [[(syllable,) for syllable in _u_variants(_syllables(character)[0])] for character in given[1:]]
    for said in islice(product(*ways), KEYS_PER_KIND * 4):
        yield tuple(syllable for word in said for syllable in word if syllable)


def _surname_ways(surname: str, readings: Readings) -> list[tuple[str, ...]]:
    usual = tuple(_syllables(character)[0] for character in surname)
    known = [tuple(reading.split()) for reading in readings.get(surname, ())]
    ways = [way for said in [*known, usual] for way in product(*map(_u_variants, said))]
    return list(dict.fromkeys(ways))


@lru_cache(maxsize=16384)
def _syllables(character: str) -> list[str]:
    """Every reading of one character, the usual one first; `ü` as v and as u. A letter reads as itself."""
    usual = pinyin(character, style=Style.NORMAL)[0][0]
    others = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    said = [variant for reading in [usual, *others] for variant in _u_variants(fold(reading))]
    return list(dict.fromkeys(reading for reading in said if reading.isascii() and reading.isalnum())) or [""]


def _u_variants(syllable: str) -> list[str]:
    return [syllable, syllable.replace("v", "u")] if syllable in {"lv", "nv", "lve", "nve"} else [syllable]


def _suffixes(whole: str) -> list[str]:
    """What stands at the end of a name: a part inside a name is the beginning of one of these."""
    return [whole[start:] for start in range(1, len(whole) - SHORTEST_SUBSTRING + 1)]


def _latin_keys(full_name: str) -> NameKeys:
    parts = _words_of(r"[\s·•・.-]+", full_name)
    initials, spelt = [], []
    for spelling in (str, _plain_u):
        folded = [fold_name(spelling(part)) for part in parts]
        initials.append("".join(word[0] for word in folded))
        spelt += ["".join(folded), *folded]
    written = [fold_name(word) for word in _words_of(r"\s+", full_name)]
    return NameKeys(name=_best(spelt[:1]), initials=_best(initials), pinyin=_best([*spelt, *written]))


def _words_of(between: str, full_name: str) -> list[str]:
    return [word for word in re.split(between, full_name) if fold_name(word)]


def _plain_u(word: str) -> str:
    return re.sub("[üÜ]", "u", word)


def _best(keys: Iterable[str]) -> list[str]:
    distinct = dict.fromkeys(key[:LONGEST_KEY] for key in keys)
    return [key for key in distinct if key][:KEYS_PER_KIND]
