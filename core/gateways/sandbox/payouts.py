"""Payout files at the bank: the whole file is accepted or refused, then each line is paid or fails."""

import csv
import hashlib
import io
import time
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from core.gateways.sandbox import behaviours
from core.gateways.sandbox.catalogue import Provider
from core.gateways.sandbox.company import PENDING_SECONDS, REVERSE_SECONDS, Company
from core.gateways.sandbox.objections import NO_SUCH_ACCOUNT
from core.gateways.sandbox.replies import Reply, misbehave, refuse

PATH = "/v1/payout-files"
HEADER_CELLS, LINE_CELLS, TRAILER_CELLS = 5, 8, 3
#: How long a bank takes for a payout where nothing else is wished for.
PAID_AFTER = 0.5
DECLINED = "account_invalid"


class Faulty(ValueError):
    """The file is not what its trailer says, or not in the form `payout-1`."""


def take_file(company: Company, provider: Provider, body: bytes) -> Reply:
    """POST /v1/payout-files: 202 with what was read, 422 for another sum or a file that is here already."""
    digest = hashlib.sha256(body).hexdigest()
    store = company.store
    try:
        lines, total = read(body, provider.country.currency)
    except Faulty as fault:
        return refuse(422, str(fault))
    with store.transaction():
        deed = behaviours.take(store, "payout_file", {"amount": provider.country.written(total)})
        if deed["do"] == "lose_request":
            return Reply(0, is_lost=True, seconds=deed["seconds"])
        if deed["do"] == "error_500":
            return refuse(500, "internal_error")
        if deed["do"] == "decline":
            return refuse(422, deed["code"] or "control_total_mismatch")
        if store.one("SELECT 1 FROM payout_files WHERE provider = ? AND sha256 = ?", provider.code, digest):
            return refuse(422, "file_repeated")
        file_ref = f"{provider.code}-F-{digest[:12].upper()}"
        store.add("payout_files", provider=provider.code, sha256=digest, file_ref=file_ref)
        for line in lines:
            _take_in(store, provider, line)
    taken = {
        "file_ref": file_ref,
        "line_count": len(lines),
        "total": provider.country.written(total),
        "currency": provider.country.currency,
    }
    return misbehave(Reply(202, taken), deed)


def read(body: bytes, currency: str) -> tuple[list[list[str]], Decimal]:
    """The lines of a file and their sum. Raises `Faulty` with the code of the refusal."""
    try:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True))
        header, *lines, trailer = rows
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise Faulty("malformed") from error
    if header[:2] != ["H", "1"] or len(header) != HEADER_CELLS or header[4] != currency:
        raise Faulty("malformed")
    if any(len(line) != LINE_CELLS or line[:2] != ["D", str(no)] for no, line in enumerate(lines, start=1)):
        raise Faulty("malformed")
    if len(trailer) != TRAILER_CELLS or trailer[0] != "T":
        raise Faulty("malformed")
    try:
        total, said = sum((Decimal(line[6]) for line in lines), Decimal(0)), Decimal(trailer[2])
    except InvalidOperation as error:
        raise Faulty("malformed") from error
    if (trailer[1], said) != (str(len(lines)), total):
        raise Faulty("control_total_mismatch")
    return lines, total


def _take_in(store: Any, provider: Provider, line: list[str]) -> None:
    _kind, _no, our_ref, _bank, account_no, _holder, amount, _purpose = line
    now = time.time()
    deed = behaviours.take(store, "payout", {"our_ref": our_ref, "amount": amount})
    is_declined = (
        deed["do"] == "decline"
        or (deed["do"] == "pending" and deed["code"] is not None)
        or account_no.endswith(NO_SUCH_ACCOUNT)
    )
    waits = deed["seconds"] or PENDING_SECONDS if deed["do"] == "pending" else PAID_AFTER
    store.add(
        "transactions",
        provider=provider.code,
        our_ref=our_ref,
        kind="payout",
        body_hash=hashlib.sha256(",".join(line).encode()).hexdigest(),
        status="pending",
        code=deed["code"] or (DECLINED if is_declined else None),
        amount=amount,
        currency=provider.country.currency,
        provider_ref=f"{provider.code}-{uuid.uuid4().hex[:16].upper()}",
        received_at=now,
        completes_at=now + waits,
        completes_as="failed" if is_declined else "succeeded",
        reverses_at=now + waits + (deed["seconds"] or REVERSE_SECONDS) if deed["do"] == "reverse_later" else None,
        in_file=deed["do"] if deed["do"].endswith("_file") else "",
        callback=deed["do"],
        callback_seconds=deed["seconds"],
    )
