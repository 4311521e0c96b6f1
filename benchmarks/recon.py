"""A company's daily file matched against our books, and the finance board over many open differences."""

import json
import resource
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from typing import Any

from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from benchmarks import databases, filling, pages, sites
from benchmarks.lines import Line, Scale
from core.gateways.models import DailyFile, Provider
from core.web.pagination import link_to_position
from finance.models import ProviderFile, ReconItem
from finance.recon.services import add_up_tallies, import_daily_file

BOARD = "/finance/settlement/recon/"
#: A file of a million lines.
SECONDS, MEGABYTES, MILLION = 60, 300, 1_000_000
MILLISECONDS, STATEMENTS = 300, 12

# What we asked the company for, each answered with success today; past the gateway, for the size of the table only.
_INSTRUCTIONS = """
INSERT INTO core_instruction (our_ref, provider_id, kind, path, request, request_hash, state, outcome, answer,
                              provider_ref, attempts, enquiries, not_found_count, answered_at, last_error,
                              created_at, updated_at)
SELECT payment.our_ref, %(provider)s, 'bill', '/v1/bills/pay',
       jsonb_build_object('our_ref', payment.our_ref, 'amount', (payment.amount_minor / 100.0)::numeric(18, 2)::text,
                          'currency', 'CNY'),
       repeat('0', 64), 'settled', 'succeeded', jsonb_build_object('status', 'succeeded', 'completed_at', now()),
       'P', 1, 0, 0, now(), '', now(), now()
  FROM finance_payment AS payment WHERE payment.key LIKE 'benchmark:%%'
"""

# The file that the company would send of them; one line in a thousand says another amount and has to be decided.
_FILE = """
WITH line AS (
    SELECT row_number() OVER (ORDER BY our_ref) AS number, our_ref,
           amount_minor + CASE WHEN hashtext(our_ref::text) %% 1000 = 0 THEN 1 ELSE 0 END AS minor
      FROM finance_payment WHERE key LIKE 'benchmark:%%'
), body AS (
    SELECT string_agg('D,' || number || ',P' || number || ',' || our_ref || ',bill,succeeded,'
                      || (minor / 100.0)::numeric(18, 2) || ',0.00,' || %(date)s || 'T05:00:00Z', E'\\n'
                      ORDER BY number) AS lines, count(*) AS count, sum(minor) AS total FROM line
), whole AS (
    SELECT convert_to('H,1,JS-POWER,' || %(date)s || ',CNY,' || %(date)s || E'T22:00:00Z\\n' || lines || E'\\nT,'
                      || count || ',' || (total / 100.0)::numeric(18, 2) || E',0.00\\n', 'UTF8') AS content
      FROM body
), file AS (
    INSERT INTO core_dailyfile (provider_id, file_date, sha256, size, received_at, refusal, created_at, updated_at)
    SELECT %(provider)s, %(date)s, repeat('b', 64), octet_length(content), now(), '', now(), now() FROM whole
    RETURNING id
)
INSERT INTO core_dailyfilepiece (file_id, number, content)
SELECT file.id, number, substring(whole.content FROM number * 1048576 + 1 FOR 1048576)
  FROM file, whole, generate_series(0, (octet_length(whole.content) - 1) / 1048576) AS number
"""

_ITEMS = """
INSERT INTO finance_reconitem (kind, status, sides, provider_id, our_ref, dedupe_key, amount_diff_minor, currency,
                               detail, opened_at, reason_code, reason, created_at, updated_at)
SELECT (ARRAY['missing_internal', 'missing_provider', 'amount', 'status', 'duplicate', 'fee', 'currency'])[1 + n %% 7],
       (ARRAY['unmatched', 'exception'])[1 + n %% 2], ARRAY['ours', 'provider'], %(provider)s, n::text,
       'benchmark:' || n, n %% 1000, 'CNY', '{}', now() - interval '1 minute' * (n %% 40000), '', '', now(), now()
  FROM generate_series(1, %(count)s) AS n
"""


def measure(scale: Scale) -> Iterator[Line]:
    """The time and memory of one import, and the board's time and statements."""
    with sites.loaded("recon", scale, residents=600, bills=2) as name:
        yield from _file(scale, name)
        yield from _board(scale, name)


def _file(scale: Scale, name: str) -> Iterator[Line]:
    count = scale.of(tiny=10_000, quick=50_000, full=MILLION)
    sites.more_payments(name, count)
    provider, date = Provider.objects.get(code="JS-POWER"), timezone.localdate().isoformat()
    with filling.bare("core_instruction", database=name):
        filling.fill(_INSTRUCTIONS, database=name, provider=provider.pk)
    databases.as_owner("ANALYZE core_instruction", database=name)
    filling.fill(_FILE, database=name, provider=provider.pk, date=date)
    seconds, spent, megabytes = _in_a_process_of_its_own(_import)
    file = ProviderFile.objects.latest("pk")
    if file.line_count != count or not 0 < file.to_decide_count < count / 100:
        raise RuntimeError(f"{file.line_count} lines, {file.to_decide_count} of them to decide")
    per_million = spent * MILLION / count
    yield Line(
        f"a daily file of {count:,} lines, processor",
        f"{spent:.1f} s",
        f"<= {SECONDS} s a million",
        per_million <= SECONDS,
        limit=f"{seconds:.1f} s wall",
        ratio=f"{per_million:.0f} s",
    )
    yield Line(
        "the memory of its worker",
        f"{megabytes:.0f} MB",
        f"<= {MEGABYTES} MB",
        megabytes <= MEGABYTES,
        limit=f"file {_size():.0f} MB",
    )


def _board(scale: Scale, name: str) -> Iterator[Line]:
    count = scale.of(tiny=3_000, quick=200_000, full=10_000_000)
    with filling.bare("finance_reconitem", database=name):
        filling.fill(_ITEMS, database=name, provider=Provider.objects.get(code="JS-POWER").pk, count=count)
    databases.as_owner("ANALYZE finance_reconitem", database=name)
    add_up_tallies()
    yield from _looks(scale, count)


def _looks(scale: Scale, count: int) -> Iterator[Line]:
    deep = ReconItem.objects.still_open().order_by("-opened_at")[1_000]
    position = json.dumps([deep.opened_at.isoformat(), str(deep.pk)])
    further = link_to_position(RequestFactory().get(BOARD), "after", position)
    with pages.read_by("finance") as client:
        looks = pages.looked_at(client, [BOARD, f"{BOARD}?kind=fee&age=7", f"{BOARD}{further}"], times=scale.looks(20))
    yield Line(
        f"finance board, {count:,} open, processor, p95",
        f"{looks.processor:.0f} ms",
        f"<= {MILLISECONDS} ms",
        looks.processor <= MILLISECONDS,
        limit=f"{looks.wall:.0f} ms wall",
    )
    yield Line("its statements", str(looks.statements), f"<= {STATEMENTS}", looks.statements <= STATEMENTS)


def _import() -> None:
    raw = DailyFile.objects.select_related("provider").get(sha256="b" * 64)
    import_daily_file(raw=raw, at=timezone.now())


def _in_a_process_of_its_own(act: Callable[[], None]) -> tuple[float, float, float]:
    """Seconds, those of the processor (the database's process too), and the most memory in megabytes, with Django."""
    connection.close()
    answers = get_context("fork").SimpleQueue()
    worker = get_context("fork").Process(target=_measured, args=(act, answers))
    worker.start()
    worker.join()
    if worker.exitcode:
        raise RuntimeError("the import failed")
    return answers.get()


def _measured(act: Callable[[], None], answers: Any) -> None:
    with sites.stopwatch() as watch:
        act()
    answers.put((watch.seconds, watch.cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def _size() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(size) / 1048576.0 FROM core_dailyfile")
        return float(cursor.fetchone()[0])
