"""The first sign-in of every phone of the day: a password, and a code that somebody issues or an app shows."""

from dataclasses import dataclass
from io import StringIO

import httpx
from django.core.management import call_command
from django.utils.timezone import now

from ecomnet.demo_data.stations import PASSWORD
from ecomnet.simulation.cast import sign_in_code, uses_app
from ecomnet.simulation.client import Client
from ecomnet.simulation.diary import Diary

#: Staff whose work needs a second factor: the one who imports bank statements and credits floats.
OFFICER = "finance"
#: Anyone who approves what the first officer has put together.
SECOND_OFFICER = "finance2"
#: Who proposes what a claim is paid, and who decides it.
ASSESSORS = "claims", "claims2"
#: Who decides on loans.
CREDIT_OFFICERS = "credit", "credit2"


class SignInFailed(RuntimeError):
    """Somebody of the demonstration cannot sign in."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Where the people of one day sign in."""

    http: httpx.Client
    diary: Diary
    edition: int
    label: str

    def sign_in(self, username: str, *, device: str = "first") -> Client:
        """A new device of this person, with its token."""
        client = Client(self.http, self.diary, name=username)
        code = _code_of_app(username) if uses_app(username) else sign_in_code(username, at=now())
        body = {"username": username, "password": PASSWORD, "code": code, "label": self.label}
        answer = client.post("sign in", "device-tokens/", body, key=f"{self.edition}.{username}.sign-in.{device}")
        if answer.code:
            raise SignInFailed(f"{username}: {answer.body}")
        client.token = answer["token"]
        return client


def _code_of_app(username: str) -> str:
    shown = StringIO()
    call_command("demo_totp", username, stdout=shown)
    return shown.getvalue().strip()
