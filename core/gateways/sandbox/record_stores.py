"""A learning record store after xAPI 1.0.3: keeps each statement once, and takes in a batch whole or not at all."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.gateways.sandbox import behaviours
from core.gateways.sandbox.catalogue import Provider
from core.gateways.sandbox.replies import Reply, misbehave, refuse
from core.gateways.sandbox.store import Store

PREFIX = "/xapi/"
PATH = "/xapi/statements"
KIND = "statements"
#: An actor is a pseudonym: whatever says more is refused.
TELLING = frozenset({"name", "mbox", "mbox_sha1sum", "openid"})


def caller(providers: Mapping[str, Provider], authorization: str) -> Provider | None:
    """Whose name and secret these are (HTTP Basic)."""
    try:
        key_id, _, secret = (
            base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        return None
    provider = providers.get(key_id)
    return provider if provider is not None and provider.secret == secret else None


def answer(store: Store, provider: Provider, verb: tuple[str, str], version: str, body: bytes) -> Reply:
    """POST /xapi/statements."""
    if verb != ("POST", PATH):
        return refuse(404, "unknown_path")
    if not version.startswith("1.0"):
        return refuse(400, "version_missing")
    sent = _statements_in(body)
    if sent is None:
        return refuse(400, "malformed")
    with store.transaction():
        deed = _deed(store, sent)
        if deed["do"] == "lose_request":
            return Reply(0, is_lost=True, seconds=deed["seconds"])
        if deed["do"] == "decline":
            return refuse(400, deed["code"] or "statement_refused")
        if deed["do"] == "error_500" and deed["code"] != "executed":
            return refuse(500, "internal_error")
        if any(_differs(store, provider, each) for each in sent):
            return refuse(409, "conflict")
        for each in sent:
            _keep(store, provider, each)
    if deed["do"] == "error_500":
        return refuse(500, "internal_error")
    return misbehave(Reply(200, [each["id"] for each in sent]), deed)


def statements(store: Store) -> list[dict[str, Any]]:
    """What was stored, in the order of its first arrival, with how often it arrived."""
    rows = store.all("SELECT * FROM statements ORDER BY rowid")
    return [
        {"provider": row["provider"], "received": row["received"], "statement": json.loads(row["statement"])}
        for row in rows
    ]


def _deed(store: Store, sent: list[dict[str, Any]]) -> dict[str, Any]:
    for each in sent:
        deed = behaviours.take(store, KIND, {"our_ref": each["id"]})
        if deed["do"]:
            return deed
    return behaviours.NOTHING


def _differs(store: Store, provider: Provider, statement: dict[str, Any]) -> bool:
    """Whether something else is known under this id."""
    row = store.one(
        "SELECT statement FROM statements WHERE provider = ? AND statement_id = ?", provider.code, statement["id"]
    )
    return row is not None and json.loads(row["statement"]) != statement


def _keep(store: Store, provider: Provider, statement: dict[str, Any]) -> None:
    known = store.run(
        "UPDATE statements SET received = received + 1 WHERE provider = ? AND statement_id = ?",
        provider.code,
        statement["id"],
    )
    if not known:
        text = json.dumps(statement, ensure_ascii=False)
        store.add("statements", provider=provider.code, statement_id=statement["id"], statement=text)


def _statements_in(body: bytes) -> list[dict[str, Any]] | None:
    """The body as statements of the standard; None when one of them is none, or names somebody."""
    try:
        sent = json.loads(body)
        is_whole = isinstance(sent, list) and bool(sent) and all(_is_statement(each) for each in sent)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return sent if is_whole else None


def _is_statement(each: dict[str, Any]) -> bool:
    UUID(each["id"])
    actor, account = each["actor"], each["actor"]["account"]
    is_pseudonym = not TELLING & set(actor) and bool(account["homePage"]) and bool(account["name"])
    about = each["object"]
    has_object = about["objectType"] in {"Activity", "StatementRef"} and bool(about["id"])
    return is_pseudonym and has_object and str(each["verb"]["id"]).startswith("http") and bool(each["timestamp"])
