"""What `manage.py check --database default` (and `migrate`, and readiness) says of reference data."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from finance.installing import countries_in_use, lacking


@register(Tags.database)
def countries_are_installed(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """A country with stations or a book that lacks reference data: nobody is paid there until it is installed."""
    try:
        lacks = {code: lacking(code) for code in countries_in_use()}
    except DatabaseError:
        return []  # no tables yet: `migrate` has not run
    return [
        Warning(
            f"The country {code} lacks reference data: {', '.join(names)}.",
            hint=f"Run manage.py install_country {code}",
            id="finance.W001",
        )
        for code, names in lacks.items()
        if names
    ]
