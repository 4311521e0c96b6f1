"""The web application with traps in it, for gunicorn: `tests.faults.web:application`."""

from typing import Any

from ecomnet.wsgi import application as house
from tests.faults import trap

trap.install()


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The whole answer is made inside its moment, so that dying after the last step means that nobody hears it."""
    with trap.moment(moment_of(environ["PATH_INFO"])):
        response = house(environ, start_response)
        try:
            return [b"".join(response)]
        finally:
            response.close()


def moment_of(path: str) -> str:
    """An endpoint's last noun."""
    return path.rstrip("/").rpartition("/")[2]
