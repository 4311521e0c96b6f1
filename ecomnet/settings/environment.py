"""Reading settings from the environment, with refusals that name the variable."""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's text, or that of the file which `<name>_FILE` names; refused when missing without default."""
    file = os.environ.get(f"{name}_FILE")
    value = os.environ.get(name) if name in os.environ else default
    if file:
        value = Path(file).read_text(encoding="utf-8").strip()
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes and on; false for 0, false, no and off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without blanks."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def numbered_keys(name: str, default: str | None = None) -> dict[int, str]:
    """Keys written `2:<base64>,1:<base64>` with numbers from 1 to 255: the first one writes, all of them read."""
    keys = {}
    for item in text(name, default).split(","):
        number, _, key = item.strip().partition(":")
        if not number.isdigit() or not 1 <= int(number) <= 255 or not key or int(number) in keys:
            raise ImproperlyConfigured(f"{name} must look like 2:<base64>,1:<base64>, each number once, 1 to 255.")
        keys[int(number)] = key
    return keys


#: A socket, this machine, or a neighbour in our own network: a host name without a dot.
_NEAR = re.compile(r"|/.*|[a-z][a-z0-9_-]*|127(\.[0-9]{1,3}){3}|::1", re.IGNORECASE)


def is_near(host: str | None) -> bool:
    """Whether what is said to this host stays on this machine or in our own closed network."""
    return bool(_NEAR.fullmatch(host or ""))
