"""Photos and papers that people add to what they say; nobody proves anything with somebody else's."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.files.models import StoredFile
from stations.accounts.models import User


class FileNotYours(Refused):
    """Only what one has stored oneself is added."""

    code = "file_not_yours"
    status = 422
    message = _("One of the files was not stored by you. Add it again.")


@refuses(FileNotYours)
def own_files(ids: Collection[Any], *, by: User, field: str = "files") -> list[StoredFile]:
    """The files of these ids, stored by this person."""
    found = list(StoredFile.objects.filter(pk__in=ids, stored_by=by.pk))
    if len(found) != len(set(ids)):
        raise FileNotYours(field=field)
    return found
