"""Articles that come with the system as texts. A clinic takes one over as a draft, and a second person reviews it."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from health.promotion.services import ArticleText, QuestionDraft

_FILE = Path(__file__).parent / "data" / "articles.json"


@cache
def supplied_texts() -> Mapping[str, ArticleText]:
    """The end of the public address of each, and what it says."""
    texts: dict[str, ArticleText] = {}
    for article in json.loads(_FILE.read_text(encoding="utf-8"))["articles"]:
        code, question = article.pop("code"), QuestionDraft(**article.pop("question"))
        texts[code] = ArticleText(**article, question=question)
    return MappingProxyType(texts)
