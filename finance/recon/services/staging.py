"""A daily file on its way into the books: copied into a table of this transaction, and laid beside what we asked for.

`recon_matched` has one row for each line: whether we know its reference (`is_known`), the payment it is of, the day on
which our books say it was done, and `must_decide` where it does not simply agree with them.
"""

import re
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.db import connection

from core.database.db import copy_lines
from core.gateways.models import DailyFile
from core.gateways.services import read_pieces
from core.money import minor_digits
from finance.recon.models import ProviderFile
from finance.recon.services.daily_file import DailyFileReader, FileFaulty, Line, Sums

PIECE = 1024 * 1024
COLUMNS = ("line_no", "provider_ref", "our_ref", "kind", "status", "amount_minor", "fee_minor", "completed_at", "ref")
#: What is no UUID matches nothing of ours.
OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_TABLE = """
DROP TABLE IF EXISTS recon_staged, recon_matched;
CREATE TEMPORARY TABLE recon_staged (
    line_no integer, provider_ref varchar(64), our_ref varchar(64), kind varchar(12), status varchar(12),
    amount_minor bigint, fee_minor bigint, completed_at timestamptz, ref uuid
) ON COMMIT DROP
"""

# One join for a file of any size. A reference that was given to another company, or for something else, is not theirs.
_MATCH = """
CREATE TEMPORARY TABLE recon_matched ON COMMIT DROP AS
SELECT line.*, instruction.our_ref IS NOT NULL AS is_known, payment.our_ref AS payment_id,
       CASE WHEN instruction.outcome IN ('succeeded', 'reversed')
            THEN (coalesce((instruction.answer->>'completed_at')::timestamptz, instruction.answered_at)
                  AT TIME ZONE %(zone)s)::date END AS our_day,
       instruction.our_ref IS NOT NULL AND NOT coalesce(
           instruction.kind = line.kind
           AND instruction.request->>'currency' = %(currency)s
           AND (instruction.request->>'amount')::numeric * %(unit)s = line.amount_minor
           AND CASE line.status WHEN 'succeeded' THEN instruction.outcome IN ('succeeded', 'reversed')
                                WHEN 'failed' THEN instruction.outcome = 'failed'
                                ELSE instruction.outcome = 'reversed' END, false) AS must_decide
  FROM recon_staged AS line
  LEFT JOIN core_instruction AS instruction
    ON instruction.our_ref = line.ref AND instruction.provider_id = %(provider)s
  LEFT JOIN finance_payment AS payment ON payment.our_ref = instruction.our_ref
"""

_STORE = """
INSERT INTO finance_providerline (file_id, line_no, provider_ref, our_ref, kind, status, amount_minor, fee_minor,
                                  completed_at, payment_id, created_at, updated_at)
SELECT %(file)s, line_no, provider_ref, our_ref, kind, status, amount_minor, fee_minor, completed_at, payment_id,
       now(), now()
  FROM recon_matched ORDER BY line_no
"""


def stage(raw: DailyFile) -> Sums:
    """Copy the lines of a stored file; what they come to. Raises `FileFaulty`: the file has a fault, nothing counts."""
    provider = raw.provider
    with tempfile.TemporaryFile() as spool:  # while COPY runs, the connection answers nothing else
        for piece in read_pieces(daily_file=raw):
            spool.write(piece)
        reader = DailyFileReader(
            lambda: _from_the_beginning(spool),
            provider=provider.code,
            date=raw.file_date,
            currency=provider.currency,
        )
        _run(_TABLE)
        copied = _Copied(reader)
        copy_lines("recon_staged", COLUMNS, copied)
    if copied.fault:
        raise copied.fault
    _run("ANALYZE recon_staged")
    return reader.sums


def match_staged(file: ProviderFile) -> None:
    """Lay the staged lines beside our instructions and store them with the payment that each is of."""
    provider = file.provider
    _run(
        _MATCH,
        provider=provider.pk,
        zone=provider.time_zone,
        currency=file.currency,
        unit=10 ** minor_digits(file.currency),
    )
    _run("DROP TABLE recon_staged")
    _run("ANALYZE recon_matched")
    _run(_STORE, file=file.pk)


def _from_the_beginning(spool: IO[bytes]) -> Iterator[bytes]:
    spool.seek(0)
    while piece := spool.read(PIECE):
        yield piece


def _run(statement: str, **params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


class _Copied:
    """Lines as COPY wants them. A fault ends them and is kept: what raises inside COPY is lost."""

    def __init__(self, reader: DailyFileReader) -> None:
        self.reader = reader
        self.fault: FileFaulty | None = None

    def __iter__(self) -> Iterator[str]:
        try:
            for line in self.reader:
                yield _copied(line)
        except FileFaulty as fault:
            self.fault = fault


def _copied(line: Line) -> str:
    number, provider_ref, our_ref, kind, status, amount, fee, completed_at = line
    if "\\" in provider_ref or "\\" in our_ref:
        provider_ref, our_ref = provider_ref.replace("\\", "\\\\"), our_ref.replace("\\", "\\\\")
    ref = our_ref if OURS.fullmatch(our_ref) else r"\N"
    return f"{number}\t{provider_ref}\t{our_ref}\t{kind}\t{status}\t{amount}\t{fee}\t{completed_at}\t{ref}\n"
