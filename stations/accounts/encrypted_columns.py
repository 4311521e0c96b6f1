"""What the sign-in library stores encrypted, as `core.datakeys` counts and renews them."""

from collections import Counter
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Func, IntegerField, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from core.crypto import writing_key
from core.datakeys.encrypted_columns import DATA, Batch, Counts

#: Where the library keeps a secret in its JSON: of an authenticator app, and of recovery codes.
PLACES = ("secret", "seed")


class SecondFactors:
    """Secrets of authenticator apps and seeds of recovery codes: `<number of the key>:<base64>`."""

    name = "mfa.Authenticator"

    def counts(self) -> Counts:
        """How many secrets stand under which key."""
        groups = _numbered().values("under_key").annotate(rows=Count("pk")).order_by()
        return Counter({(DATA, under): rows for under, rows in groups.values_list("under_key", "rows")})

    @transaction.atomic
    def renew(self, *, after: Any, most: int) -> Batch:
        """One by one: there are as many as there are members of staff."""
        old = _numbered().exclude(under_key=writing_key(settings.ECOMNET_DATA_KEYS)).order_by("pk")
        rows = old.filter(pk__gt=after) if after is not None else old
        held = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",))[:most])
        unreadable = tuple(row.pk for row in held if not _renewed(row))
        return Batch(held[-1].pk if held else None, len(held) - len(unreadable), unreadable)


def _numbered() -> QuerySet[Authenticator]:
    secret = Coalesce(*(KT(f"data__{place}") for place in PLACES))
    number = Func(secret, Value(":"), Value(1), function="split_part")
    return (
        Authenticator.objects.alias(secret=secret).exclude(secret=None).annotate(under_key=Cast(number, IntegerField()))
    )


def _renewed(row: Authenticator) -> bool:
    place = next(place for place in PLACES if place in row.data)
    try:
        row.data[place] = encrypt(decrypt(row.data[place]))
    except (InvalidTag, KeyError):
        return False
    Authenticator.objects.filter(pk=row.pk).update(data=row.data)
    return True
