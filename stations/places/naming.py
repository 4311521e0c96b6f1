"""Short names and their romanisation."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from pypinyin import lazy_pinyin

from core.language.text import is_hanzi

# What kind of place a Chinese name ends with: written as a word of its own, longest first ("Yankenglingtou Cun").
KINDS_OF_PLACE = (
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "街道",
    "社区",
    "地区",
    "新区",
    "林区",
    "省",
    "市",
    "盟",
    "县",
    "区",
    "旗",
    "镇",
    "乡",
    "村",
)


def shortener(endings: Iterable[tuple[str, str]]) -> Callable[[str], str]:
    """A function from official to short names, by the pairs (ending, short), the longest ending first."""
    longest_first = sorted(endings, key=lambda pair: -len(pair[0]))

    def shorten(name: str) -> str:
        for ending, short in longest_first:
            if name.endswith(ending) and name != ending:
                return name.removesuffix(ending) + short
        return name

    return shorten


def romanise(name: str) -> tuple[str, str]:
    """A name in Latin letters, capitalised, and its initials: 沿坑岭头村 -> ("Yankenglingtou Cun", "ykltc")."""
    kind = next((kind for kind in KINDS_OF_PLACE if name.endswith(kind) and name != kind), "")
    words = [_syllables(name.removesuffix(kind)), _syllables(kind)] if kind else [_syllables(name)]
    initials = "".join(syllable[0] for word in words for syllable in word)
    return " ".join(_capitalised("".join(word)) for word in words if word), initials.lower()


@lru_cache(maxsize=100_000)
def _syllables(text: str) -> tuple[str, ...]:
    """One syllable per hanzi; other letters and digits as they are; brackets and stops fall away."""
    if not text:
        return ()
    parts = lazy_pinyin(text, errors=_letters)
    return tuple(part for part in parts if part and not is_hanzi(part))


def _letters(other: str) -> Any:
    """What stands for text without hanzi: one part for each letter or digit (the library takes a list, too)."""
    return [letter for letter in other if letter.isalnum()]


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]
