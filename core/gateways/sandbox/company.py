"""The company: fetches bills, executes, reverses, and records everything that it executed."""

import datetime as dt
import json
import time
import uuid
from decimal import Decimal
from typing import Any

from core.gateways.sandbox import behaviours, books, callbacks, hospitals, prefund
from core.gateways.sandbox.catalogue import (
    PHONE_FATES,
    Account,
    Provider,
    bill_of,
    period_of,
    written,
)
from core.gateways.sandbox.countries import country_of
from core.gateways.sandbox.objections import objection
from core.gateways.sandbox.replies import (
    Reply,
    answer_of,
    event_of,
    misbehave,
    refuse,
    reply_to_fetch,
    result_of,
)
from core.gateways.sandbox.requests import account_in, hash_of, request_in
from core.gateways.sandbox.store import Store

PROCESSING_SECONDS = 2
#: How soon an event is called back, where nothing else is wished for.
CALLBACK_AFTER = 0.2
LATE_SECONDS, REVERSE_SECONDS, PENDING_SECONDS = 60, 5, 5
DUPLICATES = 5

KINDS = {
    "/v1/bills/pay": "bill",
    "/v1/recharges": "recharge",
    "/v1/messages": "message",
    "/v1/refunds": "refund",
    "/v1/reversals": "reversal",
    "/v1/collections": "collection",
    "/v1/payouts": "payout",
    "/v1/registrations": "registration",
    "/v1/releases": "release",
}
REQUIRED = {
    "bill": ("biller_code", "amount", "currency"),
    "recharge": ("operator_code", "phone", "amount", "currency"),
    "message": ("phone", "template", "language", "text"),
    "refund": ("original_ref", "amount", "currency"),
    "reversal": ("original_ref", "amount", "currency", "reason"),
    "collection": ("amount", "currency", "expires_at"),
    "payout": ("bank_code", "account_no", "holder_name", "amount", "currency"),
    "registration": ("licence_no", "starts_at", "patient_name", "document_no"),
    "release": ("original_ref",),
}


class Company:
    """The books and the verbs of all companies that the sandbox plays."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # -- questions ------------------------------------------------------------------------------------------------

    def fetch(self, provider: Provider, body: bytes) -> Reply:
        """POST /v1/bills/fetch."""
        request = request_in(body)
        if request is None or not isinstance(request.get("parameters"), dict) or not request.get("biller_code"):
            return refuse(400, "malformed")
        with self.store.transaction():
            known = self.store.one(
                "SELECT * FROM fetches WHERE provider = ? AND our_ref = ?", provider.code, request["our_ref"]
            )
            if known and known["body_hash"] != hash_of(body):
                return refuse(422, "reference_reused")
            deed = behaviours.take(self.store, "fetch", request)
            if deed["do"] == "lose_request":
                return Reply(0, is_lost=True, seconds=deed["seconds"])
            if deed["do"] == "error_500":
                return refuse(500, "internal_error")
            if not known:
                known = self._look_up(provider, request, body, deed)
        return misbehave(reply_to_fetch(request["our_ref"], known), deed)

    def _look_up(self, provider: Provider, request: dict[str, Any], body: bytes, deed: dict[str, Any]) -> Any:
        at = _now()
        account = Account(request["biller_code"], {str(k): str(v) for k, v in request["parameters"].items()})
        wait = deed["seconds"] or PENDING_SECONDS if deed["do"] == "pending" else 0
        if account.fate == "processing":
            wait = wait or PROCESSING_SECONDS
        self.store.add(
            "fetches",
            provider=provider.code,
            our_ref=request["our_ref"],
            body_hash=hash_of(body),
            ready_at=time.time() + wait,
            answer=json.dumps(self._bill(account, deed, at), ensure_ascii=False),
        )
        return self.store.one(
            "SELECT * FROM fetches WHERE provider = ? AND our_ref = ?", provider.code, request["our_ref"]
        )

    def _bill(self, account: Account, deed: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
        if deed["do"] == "decline":
            return {"result": "failed", "code": deed["code"] or "account_invalid", "bill": None}
        if account.fate == "maintenance":
            return {"result": "failed", "code": "maintenance", "bill": None}
        if account.fate in {"no_dues", "not_found"}:
            return {"result": account.fate, "bill": None}
        due = account.billed() - books.paid(self.store, account, period_of(at, account.country.zone))
        if due <= 0:
            return {"result": "no_dues", "bill": None}
        return {"result": "found", "bill": bill_of(account, due, at)}

    def enquire(self, provider: Provider, our_ref: str) -> Reply:
        """GET /v1/transactions/{our_ref}."""
        with self.store.transaction():
            deed = behaviours.take(self.store, "enquiry", {"our_ref": our_ref})
            row = books.find(self.store, provider.code, our_ref)
        if deed["do"] == "lose_request":
            return Reply(0, is_lost=True)
        if deed["do"] == "error_500":
            return refuse(500, "internal_error")
        if row is None:
            return misbehave(Reply(404, {"our_ref": our_ref, "status": "not_found"}), deed)
        return misbehave(Reply(200, result_of(row)), deed)

    def balance(self, provider: Provider) -> Reply:
        """GET /v1/balance: a million at first, less what was ordered, and what was taken back again."""
        country = provider.country
        left = country.written(Decimal(prefund.left(self.store, provider.code)).scaleb(-country.decimals))
        return Reply(200, {"balance": left, "currency": country.currency, "as_of": written(_now())})

    # -- what executes --------------------------------------------------------------------------------------------

    def submit(self, provider: Provider, kind: str, body: bytes, origin: str) -> Reply:
        """Any POST that executes something, once for each reference."""
        request = request_in(body)
        if request is None or any(not isinstance(request.get(name), str) for name in REQUIRED[kind]):
            return refuse(400, "malformed")
        with self.store.transaction():
            row = books.find(self.store, provider.code, request["our_ref"])
            if row is not None:
                if row["body_hash"] != hash_of(body) or row["kind"] != kind:
                    return refuse(422, "reference_reused")
                return answer_of(row)
            deed = behaviours.take(self.store, kind, request)
            if deed["do"] == "lose_request":
                return Reply(0, is_lost=True, seconds=deed["seconds"])
            if deed["do"] == "error_500" and deed["code"] != "executed":
                return refuse(500, "internal_error")
            row = self._take_in(provider, kind, request, body, deed, origin)
        if deed["do"] == "error_500":
            return refuse(500, "internal_error")
        return misbehave(answer_of(row), deed)

    def _take_in(
        self, provider: Provider, kind: str, request: dict[str, Any], body: bytes, deed: dict[str, Any], origin: str
    ) -> Any:
        now, our_ref = time.time(), request["our_ref"]
        account = account_in(request) if kind == "bill" else None
        code = objection(self.store, provider, kind, request, account, deed)
        ends_as = "failed" if code else "succeeded"
        waits = _waiting_seconds(kind, deed, request)
        self.store.add(
            "transactions",
            provider=provider.code,
            our_ref=our_ref,
            kind=kind,
            body_hash=hash_of(body),
            status="pending",
            code=code or None,
            amount=request.get("amount"),
            currency=request.get("currency"),
            provider_ref=f"{provider.code}-{uuid.uuid4().hex[:16].upper()}",
            original_ref=request.get("original_ref"),
            account=account.key if account else hospitals.clinic_in(kind, request),
            period=period_of(_now(), account.country.zone) if account else None,
            phone=request.get("phone"),
            pay_url=f"{origin}/sandbox/pay/{our_ref}" if kind == "collection" else None,
            expires_at=request.get("expires_at"),
            received_at=now,
            completes_at=now + waits if waits else None,
            completes_as=ends_as,
            reverses_at=now + (deed["seconds"] or REVERSE_SECONDS) if deed["do"] == "reverse_later" else None,
            in_file=deed["do"] if deed["do"].endswith("_file") else "",
            callback=deed["do"],
            callback_seconds=deed["seconds"],
        )
        if not waits and kind != "collection":
            self._complete(provider.code, our_ref, message=request if kind == "message" else None)
        elif kind == "message":
            self.store.remember(f"message:{provider.code}:{our_ref}", json.dumps(request, ensure_ascii=False))
        return books.find(self.store, provider.code, our_ref)

    def _complete(self, provider: str, our_ref: str, *, message: dict[str, Any] | None = None) -> None:
        """The moment of truth: pending becomes what it becomes, and what is executed is written down."""
        row, now = books.find(self.store, provider, our_ref), time.time()
        status = row["completes_as"]
        self.store.run(
            "UPDATE transactions SET status = ?, completed_at = ?, completes_at = NULL, file_date = ?, receipt = ?"
            " WHERE provider = ? AND our_ref = ?",
            status,
            now,
            self.file_date(provider, now),
            self._receipt(row) if status == "succeeded" else None,
            provider,
            our_ref,
        )
        if status == "succeeded":
            self._execute(row, now, message)
        if row["kind"] != "message" or row["callback"] == "pending":
            self._call_back(books.find(self.store, provider, our_ref))

    def _execute(self, row: Any, now: float, message: dict[str, Any] | None) -> None:
        self.store.add(
            "executions",
            provider=row["provider"],
            our_ref=row["our_ref"],
            effect=row["kind"],
            amount=row["amount"],
            at=now,
        )
        if row["kind"] in prefund.PAID_FROM_IT:
            prefund.move(self.store, row["provider"], -prefund.minor(row["provider"], row["amount"]))
        if row["kind"] == "message":
            kept = message or json.loads(self.store.setting(f"message:{row['provider']}:{row['our_ref']}"))
            words = {name: kept[name] for name in ("our_ref", "phone", "template", "language", "text")}
            self.store.add("messages", provider=row["provider"], at=now, **words)
        if row["kind"] in {"reversal", "release"}:
            self._reverse(books.find(self.store, row["provider"], row["original_ref"]), calls_back=False)

    def _receipt(self, row: Any) -> str | None:
        """The number of the biller's receipt, or that by which a patient is called."""
        if row["kind"] == "registration":
            return str(hospitals.next_number(self.store, row["provider"], row["account"]))
        return row["provider_ref"][-12:] if row["kind"] == "bill" else None

    def _reverse(self, row: Any, *, calls_back: bool) -> None:
        now = time.time()
        self.store.run(
            "UPDATE transactions SET reversed_at = ?, reverses_at = NULL, reversed_file_date = ?"
            " WHERE provider = ? AND our_ref = ?",
            now,
            self.file_date(row["provider"], now),
            row["provider"],
            row["our_ref"],
        )
        self.store.add(
            "executions",
            provider=row["provider"],
            our_ref=row["our_ref"],
            effect="taken_back",
            amount=f"-{row['amount']}" if row["amount"] else None,
            at=now,
        )
        if row["kind"] in prefund.PAID_FROM_IT:
            prefund.move(self.store, row["provider"], prefund.minor(row["provider"], row["amount"]))
        if calls_back:
            self._plan(books.find(self.store, row["provider"], row["our_ref"]), "reversed", due_at=now)

    def tick(self) -> None:
        """Let time pass: complete what is pending, take back what is to be taken back."""
        now = time.time()
        with self.store.transaction():
            for row in self.store.all("SELECT * FROM transactions WHERE completes_at <= ?", now):
                self._complete(row["provider"], row["our_ref"])
            unpaid = "SELECT * FROM transactions WHERE kind = 'collection' AND status = 'pending' AND expires_at < ?"
            for row in self.store.all(unpaid, written(_now())):
                self._expire(row)
            due = "SELECT * FROM transactions WHERE reverses_at <= ? AND status = 'succeeded'"
            for row in self.store.all(due, now):
                self._reverse(row, calls_back=True)

    def hurry(self) -> None:
        """Whatever is pending ends, whatever is to be taken back is taken back, and every event goes out: now."""
        now = time.time()
        with self.store.transaction():
            self.store.run("UPDATE transactions SET completes_at = ? WHERE completes_at > ?", now, now)
            self.store.run("UPDATE transactions SET reverses_at = ? WHERE reverses_at > ?", now, now)
        self.tick()
        self.store.run("UPDATE outbox SET due_at = ? WHERE due_at > ?", now, now)

    def retry_events(self) -> None:
        """Events that could not be delivered are sent again now; what has its own time keeps it."""
        now = time.time()
        self.store.run("UPDATE outbox SET due_at = ? WHERE due_at > ? AND tries > 0", now, now)

    def pay_collection(self, our_ref: str) -> Reply:
        """POST /sandbox/pay/{our_ref}: the payer pays."""
        with self.store.transaction():
            row = self.store.one("SELECT * FROM transactions WHERE our_ref = ? AND kind = 'collection'", our_ref)
            if row is None or row["status"] != "pending":
                return refuse(409, "not_payable")
            if row["expires_at"] < (written(_now()) or ""):
                self._expire(row)
            else:
                self._complete(row["provider"], our_ref)
            return Reply(200, result_of(books.find(self.store, row["provider"], our_ref)))

    def _expire(self, row: Any) -> None:
        """Nobody has paid in time, and nobody can any more."""
        self.store.run(
            "UPDATE transactions SET completes_as = 'failed', code = 'expired' WHERE provider = ? AND our_ref = ?",
            row["provider"],
            row["our_ref"],
        )
        self._complete(row["provider"], row["our_ref"])

    def hear(self, phone: str, text: str, provider: str) -> Reply:
        """POST /sandbox/replies: a message from a phone, passed on to the system."""
        sent = callbacks.reply(
            self.store, provider, phone=phone, text=text, received_at=written(_now()) or "", due_at=time.time()
        )
        return Reply(202, {"message_id": sent})

    def file_date(self, provider: str, at: float) -> str:
        """The daily file that takes what happens now: today's, or tomorrow's after the day was closed early."""
        today = dt.datetime.fromtimestamp(at, country_of(provider).zone).date()
        closed = self.store.one(
            "SELECT 1 FROM closings WHERE provider = ? AND date = ? AND cutoff_at <= ?", provider, str(today), at
        )
        return str(today + dt.timedelta(days=1) if closed else today)

    # -- events ---------------------------------------------------------------------------------------------------

    def _call_back(self, row: Any) -> None:
        wish, now, wait = row["callback"], time.time(), row["callback_seconds"]
        if wish == "no_callback":
            return
        due_at = now + CALLBACK_AFTER
        if wish == "late_callback":
            due_at = now + (wait or LATE_SECONDS)
        fault = wish if wish in {"bad_signature", "clock_skew"} else ""
        self._plan(
            row,
            row["status"],
            due_at=due_at,
            times=DUPLICATES if wish == "duplicate_callback" else 1,
            fault=fault,
            skew=int(wait),
        )
        if wish == "contradict":
            other = "failed" if row["status"] == "succeeded" else "succeeded"
            self._plan(row, other, due_at=due_at + (wait or 1))

    def _plan(self, row: Any, status: str, **how: Any) -> None:
        event_type, said = event_of(row, status)
        callbacks.plan(self.store, row["provider"], event_type, said, occurred_at=written(_now()) or "", **how)


def _waiting_seconds(kind: str, deed: dict[str, Any], request: dict[str, Any]) -> float:
    if deed["do"] == "pending":
        return deed["seconds"] or PENDING_SECONDS
    is_looked_up = kind == "recharge" and PHONE_FATES.get(request["phone"][-4:]) == "processing"
    return PROCESSING_SECONDS if is_looked_up and not deed["do"] else 0


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
