"""The sandbox's remote control: wishes, what it really did, and what happens now instead of in its time."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from core.gateways.sandbox import (
    behaviours,
    carriers,
    daily_files,
    hospitals,
    prefund,
    record_stores,
    supplier_orders,
    suppliers,
)
from core.gateways.sandbox.replies import Reply, refuse, result_of, taken_back

if TYPE_CHECKING:
    from core.gateways.sandbox.server import Sandbox


class RemoteControl:
    """The part of a request's handler that serves `/sandbox/`; each method is one address."""

    sandbox: "Sandbox"
    command: str
    path: str

    def control(self, path: str, body: bytes) -> Reply:
        """What somebody asked for by hand, or a test; 404 for what nobody can ask for."""
        try:
            wanted = json.loads(body) if body else {}
        except ValueError:
            return refuse(400, "malformed")
        name = f"_control_{self.command.lower()}_{path.removeprefix('/sandbox/').replace('-', '_')}"
        if path.startswith("/sandbox/pay/"):
            return self._pay(path.removeprefix("/sandbox/pay/"))
        control = getattr(self, name, None) if path.startswith("/sandbox/") else None
        return control(wanted) if control else refuse(404, "unknown_path")

    def _pay(self, our_ref: str) -> Reply:
        if self.command == "POST":
            return self.sandbox.company.pay_collection(our_ref)
        return Reply(200, {"our_ref": our_ref, "how": "POST here to pay"})

    def _control_get_health(self, wanted: Any) -> Reply:
        return Reply(200, {"status": "ok", "providers": sorted(p.code for p in self.sandbox.providers.values())})

    def _control_get_behaviours(self, wanted: Any) -> Reply:
        return Reply(200, behaviours.wishes(self.sandbox.store))

    def _control_put_behaviours(self, wanted: Any) -> Reply:
        return self._wish(behaviours.wish, wanted)

    def _control_post_behaviours(self, wanted: Any) -> Reply:
        return self._wish(behaviours.add, wanted)

    def _wish(self, how: Any, wanted: Any) -> Reply:
        try:
            with self.sandbox.store.transaction():
                return Reply(200, {"behaviours": how(self.sandbox.store, wanted)})
        except behaviours.Unusable as error:
            return Reply(400, {"code": "unusable", "message": str(error)})

    def _control_get_ledger(self, wanted: Any) -> Reply:
        """Everything that was taken in, with how often it was really executed."""
        query = parse_qs(urlsplit(self.path).query)
        rows = self.sandbox.store.all(
            "SELECT t.*, (SELECT count(*) FROM executions e WHERE e.provider = t.provider AND e.our_ref = t.our_ref"
            " AND e.effect = t.kind) AS executions FROM transactions t"
            " WHERE (?1 IS NULL OR t.provider = ?1) AND (?2 IS NULL OR t.our_ref = ?2) ORDER BY t.received_at",
            query.get("provider", [None])[0],
            query.get("our_ref", [None])[0],
        )
        return Reply(200, [_ledger_line(row) for row in rows])

    def _control_get_messages(self, wanted: Any) -> Reply:
        phone = parse_qs(urlsplit(self.path).query).get("phone", [None])[0]
        rows = self.sandbox.store.all(
            "SELECT our_ref, phone, template, language, text, at FROM messages WHERE ?1 IS NULL OR phone = ?1"
            " ORDER BY id DESC LIMIT 200",
            phone,
        )
        return Reply(200, [dict(row) for row in rows])

    def _control_get_purchase_orders(self, wanted: Any) -> Reply:
        """What suppliers know of our orders."""
        provider = parse_qs(urlsplit(self.path).query).get("provider", [None])[0]
        return Reply(200, suppliers.purchase_orders(self.sandbox.store, provider))

    def _control_get_supplier_orders(self, wanted: Any) -> Reply:
        """What suppliers have decided about what they keep."""
        provider = parse_qs(urlsplit(self.path).query).get("provider", [None])[0]
        return Reply(200, supplier_orders.supplier_orders(self.sandbox.store, provider))

    def _control_post_supplier_events(self, wanted: Any) -> Reply:
        """A supplier says what becomes of an order."""
        played = frozenset(provider.code for provider in self.sandbox.providers.values())
        return supplier_orders.say(self.sandbox.store, played, wanted)

    def _control_get_statements(self, wanted: Any) -> Reply:
        """What the learning record store has, and how often each statement arrived."""
        return Reply(200, record_stores.statements(self.sandbox.store))

    def _control_post_parcel_events(self, wanted: Any) -> Reply:
        """A carrier says where a parcel is."""
        played = frozenset(provider.code for provider in self.sandbox.providers.values())
        return carriers.say(self.sandbox.store, played, wanted)

    def _control_put_clinics(self, wanted: Any) -> Reply:
        """The clinics that a hospital has from now on."""
        played = frozenset(provider.code for provider in self.sandbox.providers.values())
        return hospitals.keep_clinics(self.sandbox.store, played, wanted)

    def _control_post_clinic_events(self, wanted: Any) -> Reply:
        """A hospital closes a clinic, and says so."""
        played = frozenset(provider.code for provider in self.sandbox.providers.values())
        return hospitals.close_clinic(self.sandbox.store, played, wanted)

    def _control_post_replies(self, wanted: Any) -> Reply:
        """Somebody answers a message that was delivered to his phone, or writes by himself."""
        words = [wanted.get(name) for name in ("phone", "text")] if isinstance(wanted, dict) else [None]
        if not all(isinstance(word, str) and word for word in words):
            return refuse(400, "malformed")
        return self.sandbox.company.hear(wanted["phone"], wanted["text"], wanted.get("provider", "SMS"))

    def _control_get_events(self, wanted: Any) -> Reply:
        rows = self.sandbox.store.all("SELECT event_id, provider, tries, answered, due_at FROM outbox ORDER BY id")
        return Reply(200, [dict(row) for row in rows])

    def _control_put_callbacks(self, wanted: Any) -> Reply:
        url = wanted.get("url", "") if isinstance(wanted, dict) else None
        if not isinstance(url, str) or (url and not url.startswith(("http://", "https://"))):
            return refuse(400, "malformed")
        self.sandbox.store.remember("callback_url", url)
        return Reply(200, {"url": url})

    def _control_post_close_day(self, wanted: Any) -> Reply:
        if not isinstance(wanted, dict):
            return refuse(400, "malformed")
        codes = sorted(provider.code for provider in self.sandbox.providers.values())
        return daily_files.close_day(self.sandbox.company, codes, wanted)

    def _control_put_balance(self, wanted: Any) -> Reply:
        """Sets the prefunded balance with a company."""
        codes = {provider.code for provider in self.sandbox.providers.values()}
        code = wanted.get("provider") if isinstance(wanted, dict) else None
        balance = prefund.wanted(code, wanted.get("balance")) if code in codes else None
        if balance is None or code is None:
            return refuse(400, "malformed")
        prefund.keep(self.sandbox.store, code, balance)
        return Reply(200, {"provider": code, "balance": wanted["balance"]})

    def _control_post_hurry(self, wanted: Any) -> Reply:
        """What waits for its time happens now."""
        self.sandbox.company.hurry()
        return Reply(200, {"status": "done"})

    def _control_post_retry_events(self, wanted: Any) -> Reply:
        """What could not be told is told now."""
        self.sandbox.company.retry_events()
        return Reply(200, {"status": "done"})

    def _control_post_reset(self, wanted: Any) -> Reply:
        self.sandbox.store.forget_everything()
        return Reply(200, {"status": "empty"})


def _ledger_line(row: Any) -> dict[str, Any]:
    said = result_of(row)
    return {
        "provider": row["provider"],
        "our_ref": row["our_ref"],
        "kind": row["kind"],
        "status": taken_back(row) if row["reversed_at"] else row["status"],
        "amount": row["amount"],
        "currency": row["currency"],
        "code": said.get("code"),
        "provider_ref": row["provider_ref"],
        "executions": row["executions"],
        "file_date": row["file_date"],
    }
