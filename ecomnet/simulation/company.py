"""The sandbox provider's remote control: wishes, messages, the close of its day, and what it really did."""

import contextlib
import datetime as dt
import os
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx

#: How often somebody looks whether something has come.
LOOKS_EVERY = 0.3
#: Six digits that stand alone: the number of a parcel holds six of its own.
CODE = re.compile(r"(?<![0-9A-Za-z-])[0-9]{6}(?![0-9A-Za-z-])")


class Company:
    """All companies that the sandbox plays."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def wish(self, *wishes: dict[str, Any]) -> None:
        """Ask for these behaviours, beside those that were asked for."""
        self._http.post("/sandbox/behaviours", json=list(wishes)).raise_for_status()

    def behave(self) -> None:
        """Forget every wish that was not granted yet."""
        self._http.put("/sandbox/behaviours", json=[]).raise_for_status()

    def ledger(self) -> list[dict[str, Any]]:
        """Everything that was taken in, with how often it was executed."""
        return self._http.get("/sandbox/ledger").raise_for_status().json()

    def messages(self, phone: str) -> list[dict[str, Any]]:
        """What was delivered to a phone, newest first."""
        return self._http.get("/sandbox/messages", params={"phone": phone}).raise_for_status().json()

    def supplier_orders(self, code: str) -> list[dict[str, Any]]:
        """What a supplier with an order system was asked for, and what it has answered."""
        return self._http.get("/sandbox/supplier-orders", params={"provider": code}).raise_for_status().json()

    def say_of_goods(self, word: dict[str, Any]) -> None:
        """Have a supplier say what becomes of an order, in a signed event."""
        self._http.post("/sandbox/supplier-events", json=word).raise_for_status()

    def code_on(self, phone: str, template: str, *, known: set[str], within: float) -> str:
        """The six digits of a new message on a phone, looked for so many seconds; empty when none comes."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            for message in self.messages(phone):
                if message["template"] == template and message["our_ref"] not in known:
                    return code_in(message["text"])
            time.sleep(LOOKS_EVERY)
        return ""

    def deliver_news(self, *, within: float) -> int:
        """Have companies tell again now what they could not tell; how much is not delivered after so many seconds.

        What failed while the system was down is told again after minutes only: a day that is judged before would find a
        payment that the company has taken back and of which nobody here has heard.
        """
        until = time.monotonic() + within
        while waiting := self._untold():
            if time.monotonic() > until:
                break
            self._http.post("/sandbox/retry-events").raise_for_status()
            time.sleep(LOOKS_EVERY)
        return waiting

    def _untold(self) -> int:
        events = self._http.get("/sandbox/events").raise_for_status().json()
        return sum(event["tries"] > 0 and event["due_at"] is not None for event in events)

    def close_day(self, date: dt.date, *, seconds: float, provider: str | None = None) -> None:
        """Name the cut-off of a day, so many seconds ahead, for one company or all; then its file is there."""
        body = {"date": date.isoformat(), "seconds": seconds, "provider": provider}
        self._http.post("/sandbox/close-day", json=body).raise_for_status()


@contextlib.contextmanager
def reach_company() -> Iterator[Company]:
    """The sandbox of this system, where its environment says."""
    socket = os.environ.get("ECOMNET_SANDBOX_SOCKET", "")
    port = os.environ.get("ECOMNET_SANDBOX_PORT", "9100")
    transport = httpx.HTTPTransport(uds=socket or None, limits=httpx.Limits(max_keepalive_connections=0))
    origin = "http://localhost" if socket else f"http://localhost:{port}"
    with httpx.Client(transport=transport, base_url=origin, timeout=30, trust_env=False) as http:
        yield Company(http)


def code_in(text: str) -> str:
    """The six digits of a message; empty when there are none."""
    found = CODE.search(text)
    return found[0] if found else ""
