"""The ways of typing a product's name: any part of it in hanzi, in pinyin, by initials, or in English words."""

import re
from typing import Any

from pypinyin import lazy_pinyin

from core.language.text import fold, is_hanzi

LONGEST_KEY = 60
WORDS = re.compile(r"[^\W_]+")


def search_keys(name: str, name_zh: str) -> list[str]:
    """The keys of a product: what is typed is found when it begins one of them."""
    keys = [key for word in WORDS.findall(name_zh) for key in _keys_of_run(word)]
    english = [fold(word) for word in WORDS.findall(name)]
    keys += ["".join(english[start:]) for start in range(len(english))]
    return list(dict.fromkeys(key[:LONGEST_KEY] for key in keys if key))


def typed_words(typed: str) -> list[str]:
    """The words of a search, folded as the keys are."""
    return [folded for word in typed.split() if (folded := "".join(WORDS.findall(fold(word))))]


def _keys_of_run(word: str) -> list[str]:
    """Of letters without a blank between: from each character on, as it is written, said and abbreviated."""
    written = [fold(character) for character in word]
    said = [_syllable(character, reading) for character, reading in zip(word, _readings(word), strict=True)]
    keys: list[str] = []
    for start in range(len(written)):
        keys += [
            "".join(written[start:]),
            "".join(syllable[:1] for syllable in said[start:]),
            *_spellings(said[start:]),
        ]
    return keys


def _readings(word: str) -> list[str]:
    """One reading for each character; pinyin looks at the word, so that 重 of 重庆 reads chong."""
    readings = lazy_pinyin(word, errors=_letters)
    return readings if len(readings) == len(word) else list(word)


def _letters(other: str) -> Any:
    """One part for each letter that is no hanzi (the library takes a list, too)."""
    return list(other)


def _syllable(character: str, reading: str) -> str:
    return fold(reading) if is_hanzi(character) else fold(character)


def _spellings(said: list[str]) -> list[str]:
    """The ü of 绿 is typed as v, and as u."""
    with_v = "".join(said)
    with_u = "".join(syllable.replace("v", "u") if syllable[:2] in {"lv", "nv"} else syllable for syllable in said)
    return [with_v, with_u]
