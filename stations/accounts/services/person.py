"""What a person chooses for the own eyes."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from stations.accounts.models import User

TEXT_SIZES = (100, 125, 150)


class TextSizeUnknown(Refused):
    """A size that is not offered."""

    code = "text_size_unknown"
    status = 422
    message = _("Choose 100, 125 or 150 percent.")


class LanguageUnknown(Refused):
    """A language that the system does not speak."""

    code = "language_unknown"
    status = 422
    message = _("This language is not offered.")


@refuses(LanguageUnknown)
@transaction.atomic
def choose_language(*, user: User, language: str, offered: tuple[str, ...]) -> None:
    """The person's language: pages, and messages to them."""
    if language not in offered:
        raise LanguageUnknown(field="language")
    user.language = language
    user.save(update_fields=["language"])


@refuses(TextSizeUnknown)
@transaction.atomic
def choose_text_size(*, user: User, percent: int) -> None:
    """The size of text in percent."""
    if percent not in TEXT_SIZES:
        raise TextSizeUnknown(field="text_size")
    user.text_size = percent
    user.save(update_fields=["text_size"])
