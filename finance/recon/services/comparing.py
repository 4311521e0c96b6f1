"""What a file that was matched leaves over: lines of nobody, lines that are not there, twice, a day off, another fee.

Each question is one statement over `recon_matched` (see `staging`), so that a million lines are asked at once.
"""

import datetime as dt
from typing import Any

from django.db import connection

from core.days import instant_of
from core.money import minor_digits
from finance.recon.models import ProviderFile
from finance.recon.services.items import close_chosen

#: An answer may be stamped a little before the company's own clock.
SKEW = dt.timedelta(hours=1)

_OPEN = """
INSERT INTO finance_reconitem (kind, status, sides, provider_id, payment_id, our_ref, dedupe_key, subject_date,
                               amount_diff_minor, currency, detail, opened_at, reason_code, reason, closed_at,
                               created_at, updated_at)
"""

# A failure of something that we never asked for has moved nothing. Of a recharge the operator lets us keep the fee.
_STRAYS = """
SELECT 'missing_internal', 'unmatched', ARRAY['provider', 'ours'], %(provider)s, NULL, our_ref,
       'missing_internal:' || %(provider)s || ':' || our_ref || ':' || status, %(date)s,
       CASE status WHEN 'succeeded' THEN 1 ELSE -1 END
       * (amount_minor - CASE kind WHEN 'recharge' THEN fee_minor ELSE 0 END), %(currency)s,
       jsonb_build_object('file', %(file)s, 'line', line_no, 'theirs', status), %(at)s, '', '', NULL, now(), now()
  FROM recon_matched WHERE NOT is_known AND status <> 'failed'
    ON CONFLICT (dedupe_key) DO NOTHING
"""

# What our books hold as done on this day, and no file of a neighbouring day names either, waits for an explanation;
# what stood in a neighbouring day's file already is noted and closed at once.
_MISSING = """
WITH ours AS MATERIALIZED (
    SELECT instruction.our_ref, payment.our_ref AS payment_id,
           coalesce(recharge.wholesale_minor, ((instruction.request->>'amount')::numeric * %(unit)s)::bigint) AS minor
      FROM core_instruction AS instruction
      LEFT JOIN finance_payment AS payment ON payment.our_ref = instruction.our_ref
      LEFT JOIN finance_recharge AS recharge ON recharge.payment_id = payment.our_ref
     WHERE instruction.provider_id = %(provider)s AND instruction.outcome = 'succeeded'
       AND instruction.kind IN ('bill', 'recharge', 'refund', 'collection', 'payout')
       AND instruction.request->>'currency' = %(currency)s AND instruction.answered_at >= %(answered_from)s
       AND coalesce((instruction.answer->>'completed_at')::timestamptz, instruction.answered_at) >= %(start)s
       AND coalesce((instruction.answer->>'completed_at')::timestamptz, instruction.answered_at) < %(end)s
       AND NOT EXISTS (SELECT FROM recon_matched AS line
                        WHERE line.ref = instruction.our_ref AND line.status = 'succeeded')
), elsewhere AS (
    SELECT ours.our_ref, max(file.file_date) AS file_date
      FROM ours
      JOIN finance_providerline AS line ON line.our_ref = ours.our_ref::text AND line.status = 'succeeded'
      JOIN finance_providerfile AS file ON file.id = line.file_id
       AND file.provider_id = %(provider)s AND file.file_date <> %(date)s
     GROUP BY ours.our_ref
)
SELECT CASE WHEN elsewhere.our_ref IS NULL THEN 'missing_provider' ELSE 'late' END,
       CASE WHEN elsewhere.our_ref IS NULL THEN 'unmatched' ELSE 'resolved' END, ARRAY['ours', 'provider'],
       %(provider)s, ours.payment_id, ours.our_ref::text, 'missing_provider:' || %(provider)s || ':' || ours.our_ref,
       %(date)s, -ours.minor, %(currency)s, jsonb_build_object('file', %(file)s, 'in_file_of', elsewhere.file_date),
       %(at)s, CASE WHEN elsewhere.our_ref IS NULL THEN '' ELSE 'other_day' END, '',
       CASE WHEN elsewhere.our_ref IS NULL THEN NULL ELSE %(at)s END, now(), now()
  FROM ours LEFT JOIN elsewhere ON elsewhere.our_ref = ours.our_ref
    ON CONFLICT (dedupe_key) DO NOTHING
"""

# Only a line that is off its day, or of a day whose next file is here already, can be the second of two.
_TWICE = """
SELECT DISTINCT ON (line.our_ref) 'duplicate', 'unmatched', ARRAY['provider', 'ours'], %(provider)s, line.payment_id,
       line.our_ref, 'duplicate:' || %(provider)s || ':' || line.our_ref || ':' || %(date)s, %(date)s::date,
       coalesce(recharge.wholesale_minor, line.amount_minor), %(currency)s,
       jsonb_build_object('file', %(file)s, 'line', line.line_no, 'in_file_of', file.file_date), %(at)s, '', '',
       NULL::timestamptz, now(), now()
  FROM recon_matched AS line
  LEFT JOIN finance_recharge AS recharge ON recharge.payment_id = line.payment_id
  JOIN finance_providerline AS other ON other.our_ref = line.our_ref AND other.status = 'succeeded'
  JOIN finance_providerfile AS file ON file.id = other.file_id
   AND file.provider_id = %(provider)s AND file.file_date <> %(date)s
 WHERE line.is_known AND line.status = 'succeeded' AND (line.our_day IS DISTINCT FROM %(date)s OR %(is_overtaken)s)
   AND NOT EXISTS (SELECT FROM finance_providerfile AS later
                    WHERE later.provider_id = file.provider_id AND later.file_date = file.file_date
                      AND later.sequence > file.sequence)
    ON CONFLICT (dedupe_key) DO NOTHING
"""

# The fee that a company says it owes (or keeps) is what our rules accrued for the same payment. One that is invoiced
# may also leave it out.
_FEES = """
WITH stated AS (
    SELECT line.line_no, line.our_ref, line.payment_id, line.fee_minor,
           recharge.amount_minor - recharge.wholesale_minor AS margin_minor
      FROM recon_matched AS line
      LEFT JOIN finance_recharge AS recharge ON recharge.payment_id = line.payment_id
      LEFT JOIN finance_billpayment AS bill ON bill.payment_id = line.payment_id
      LEFT JOIN finance_biller AS biller ON biller.id = bill.biller_id
     WHERE line.payment_id IS NOT NULL AND line.status = 'succeeded' AND NOT line.must_decide
       AND (line.fee_minor <> 0 OR biller.settlement = 'net_t1')
), accrued AS (
    SELECT stated.line_no, coalesce(max(stated.margin_minor), sum(earned.amount_minor), 0)::bigint AS minor
      FROM stated
      LEFT JOIN finance_commissionline AS earned
        ON earned.event_type = 'payment' AND earned.event_id = stated.payment_id::text
       AND earned.reverses_id IS NULL AND earned.service NOT LIKE '%%.agent\\_fee'
     GROUP BY stated.line_no
)
SELECT 'fee', 'unmatched', ARRAY['provider', 'ours'], %(provider)s, stated.payment_id, stated.our_ref,
       'fee:' || %(provider)s || ':' || stated.our_ref, %(date)s, stated.fee_minor - accrued.minor, %(currency)s,
       jsonb_build_object('file', %(file)s, 'line', stated.line_no, 'theirs', stated.fee_minor, 'ours', accrued.minor),
       %(at)s, '', '', NULL, now(), now()
  FROM stated JOIN accrued ON accrued.line_no = stated.line_no
 WHERE stated.fee_minor <> accrued.minor
    ON CONFLICT (dedupe_key) DO NOTHING
"""

_AGAINST_THE_ONE_BEFORE = """
WITH before AS (
    SELECT our_ref, status, kind, amount_minor, fee_minor FROM finance_providerline WHERE file_id = %(before)s
)
SELECT count(*) FILTER (WHERE before.our_ref IS NULL), count(*) FILTER (WHERE now.our_ref IS NULL),
       count(*) FILTER (WHERE (now.kind, now.amount_minor, now.fee_minor)
                              <> (before.kind, before.amount_minor, before.fee_minor))
  FROM recon_matched AS now FULL JOIN before ON before.our_ref = now.our_ref AND before.status = now.status
"""

_FOUND = """
SELECT item.id FROM finance_reconitem AS item
  JOIN recon_matched AS line ON line.our_ref = item.our_ref AND line.status = 'succeeded'
   AND line.is_known AND NOT line.must_decide
 WHERE item.status IN ('unmatched', 'exception', 'assigned') AND item.kind = 'missing_provider'
   AND item.provider_id = %(provider)s
"""
_FOUND_IN_ITS_DAY = f"{_FOUND} AND item.subject_date = %(date)s"
_FOUND_IN_ANOTHER = f"{_FOUND} AND item.subject_date <> %(date)s"

# What an earlier sequence of the day said, and this one says no more.
_TAKEN_BACK = """
SELECT item.id FROM finance_reconitem AS item
 WHERE item.status IN ('unmatched', 'exception', 'assigned') AND item.kind IN ('missing_internal', 'duplicate', 'fee')
   AND item.provider_id = %(provider)s AND item.subject_date = %(date)s
   AND NOT EXISTS (SELECT FROM recon_matched AS line WHERE line.our_ref = item.our_ref AND CASE item.kind
        WHEN 'missing_internal' THEN line.status = item.detail->>'theirs'
        WHEN 'fee' THEN line.status = 'succeeded' AND line.fee_minor = (item.detail->>'theirs')::bigint
        ELSE line.status = 'succeeded' END)
"""


def compare(file: ProviderFile, *, at: dt.datetime) -> None:
    """Open an item for everything that does not agree, and close what this file explains."""
    about = _about(file, at)
    close_chosen(_FOUND_IN_ITS_DAY, about, new="matched", at=at)
    close_chosen(_FOUND_IN_ANOTHER, about, new="resolved", kind="late", reason_code="other_day", at=at)
    if file.sequence > 1:
        _compare_with_the_one_before(file)
        close_chosen(_TAKEN_BACK, about, new="matched", at=at)
    with connection.cursor() as cursor:
        for question in (_STRAYS, _MISSING, _TWICE, _FEES):
            cursor.execute(_OPEN + question, about)


def _about(file: ProviderFile, at: dt.datetime) -> dict[str, Any]:
    zone, next_day = file.provider.time_zone, file.file_date + dt.timedelta(days=1)
    start = instant_of(zone, file.file_date, dt.time())
    return {
        "file": file.pk,
        "provider": file.provider_id,
        "date": file.file_date,
        "currency": file.currency,
        "unit": 10 ** minor_digits(file.currency),
        "start": start,
        # What was done after the file had come cannot stand in it; it stands in the next.
        "end": min(instant_of(zone, next_day, dt.time()), file.raw.received_at if file.raw else at),
        "answered_from": start - SKEW,
        "is_overtaken": ProviderFile.objects.filter(provider=file.provider_id, file_date=next_day).exists(),
        "at": at,
    }


def _compare_with_the_one_before(file: ProviderFile) -> None:
    before = ProviderFile.objects.get(provider=file.provider_id, file_date=file.file_date, sequence=file.sequence - 1)
    with connection.cursor() as cursor:
        cursor.execute(_AGAINST_THE_ONE_BEFORE, {"before": before.pk})
        file.added_count, file.gone_count, file.changed_count = cursor.fetchone()
    file.save(update_fields=["added_count", "gone_count", "changed_count", "updated_at"])
