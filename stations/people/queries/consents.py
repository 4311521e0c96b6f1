"""The words that are read aloud before somebody agrees."""

import datetime as dt

from stations.people.models import ConsentText


def text_of_the_day(*, purpose: str, language: str, day: dt.date) -> ConsentText | None:
    """What is read out on this day: the latest version in force, in this language or else in another."""
    texts = ConsentText.objects.filter(purpose=purpose, from_date__lte=day)
    latest = texts.order_by("-version").first()
    if latest is None:
        return None
    return texts.filter(version=latest.version, language=language).first() or latest


def texts_of_the_day(*, language: str, day: dt.date) -> list[ConsentText]:
    """One text per purpose, as read out on this day."""
    texts = ConsentText.objects.filter(from_date__lte=day).order_by("purpose", "-version")
    latest: dict[str, ConsentText] = {}
    for text in texts:
        shown = latest.setdefault(text.purpose, text)
        if text.version == shown.version and text.language == language:
            latest[text.purpose] = text
    return list(latest.values())
