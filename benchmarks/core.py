"""The API and the pages: a list beside the usual ways to write it, who is asking, and what travels."""

import gzip
import re
import statistics
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils.timezone import now
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from rest_framework import serializers
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.generics import ListAPIView

from benchmarks import clients, sites
from benchmarks.databases import as_owner
from benchmarks.lines import Line, Scale, rate, times
from core.database.prepared_statements import fetch_prepared
from core.templatetags.frame import ON_DEMAND
from finance.models import Payment
from finance.payments.api.payments import READ, PaymentList, PaymentPages
from stations.accounts.authentication import DeviceTokenAuthentication
from stations.accounts.queries import _statement
from stations.models import User

ROWS = 50
KB = 1024


def measure(scale: Scale) -> Iterator[Line]:
    """The list of payments, the token of a device, the bytes of the console."""
    with sites.loaded("core", scale, residents=600, bills=6) as name:
        token = sites.token_of("finance")
        sites.more_payments(name, 2_000)
        yield from _list(scale, token)
        yield from _token(scale, name, sites.token_of("partner"))
        yield from _bytes()


class NaivePayment(serializers.ModelSerializer):
    """The fields of our list, written the shortest way."""

    station = serializers.CharField(source="station.code")
    status_label = serializers.CharField(source="get_status_display")
    amount = serializers.CharField()
    agent_fee = serializers.CharField()
    total = serializers.CharField()
    refunded = serializers.CharField(source="refunded_minor")
    cash_given = serializers.CharField(source="cash_given_minor")
    change_given = serializers.CharField(source="change")

    class Meta:
        model = Payment
        fields = (
            *("our_ref", "purpose", "station", "status", "status_label", "amount", "agent_fee", "total", "currency"),
            *("method", "funding", "taken_at", "submitted_at", "cutoff_at", "deadline_at", "finished_at"),
            *("failure_code", "refunded", "cash_given", "change_given"),
        )


class NaiveList(ListAPIView):
    """The same door, pages and renderer, so that only the making of the rows differs."""

    requires = READ
    serializer_class = NaivePayment
    pagination_class = PaymentPages

    def get_queryset(self) -> models.QuerySet[Payment]:
        return Payment.objects.open_to(self.request.user, READ).select_related("station")


BARE = """
SELECT our_ref, purpose, station.code, payment.status, amount_minor, agent_fee_minor, total_minor, refunded_minor,
       cash_given_minor, payment.currency, method, funding, taken_at, submitted_at, cutoff_at, deadline_at, finished_at,
       failure_code
  FROM finance_payment AS payment JOIN stations_station AS station ON station.id = payment.station_id
 ORDER BY our_ref DESC LIMIT 51
"""


def bare_list(request: Any) -> HttpResponse:
    """The least that can be done: who asks, and one statement; no reach, no decimals, no links."""
    _bare_query(request.headers["Authorization"].partition(" ")[2])
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()[:ROWS]]
    return HttpResponse(orjson.dumps({"results": rows}, default=str), content_type="application/json")


def _list(scale: Scale, token: str) -> Iterator[Line]:
    views = {"ours": PaymentList.as_view(), "peer": NaiveList.as_view(), "limit": bare_list}
    for view in views.values():
        if len(orjson.loads(_answer(view, token))["results"]) != ROWS:
            raise RuntimeError("the list is not full")
    paces: dict[str, list[float]] = {name: [] for name in views}
    for _ in range(scale.rounds):  # interleaved, so that a slow moment of the machine meets all three
        for name, view in views.items():
            pace = clients.together(1, scale.seconds / 2, lambda n, view=view: lambda: _answer(view, token))
            paces[name].append(1e6 / pace.cpu)
    ours, peer, limit = (statistics.median(paces[name]) for name in ("ours", "peer", "limit"))
    yield Line(
        "API list, 50 rows x 20 fields, per core",
        rate(ours),
        ">= 3.00 x",
        ours >= 3 * peer,
        peer=rate(peer),
        ratio=times(ours / peer),
    )
    yield Line(
        "the same, to bare SQL",
        rate(ours),
        ">= 0.50 x",
        ours >= limit / 2,
        limit=rate(limit),
        ratio=times(ours / limit),
    )


def _answer(view: Callable[[Any], Any], token: str) -> bytes:
    response = view(sites.request_with(token, "/api/v1/payments/"))
    return (response.render() if hasattr(response, "render") else response).content


class PlainToken(Token):
    """The table of the framework's own tokens, which the system does not have."""

    class Meta:
        app_label = "benchmarks"
        db_table = "benchmark_plain_token"


class PlainAuthentication(TokenAuthentication):
    """The framework's own, on a table of its own."""

    model = PlainToken


def _token(scale: Scale, name: str, token: str) -> Iterator[Line]:
    plain = _plain_token(name)
    ours, knox, drf = DeviceTokenAuthentication(), KnoxAuthentication(), PlainAuthentication()
    request, plain_request = sites.request_with(token), sites.request_with(plain)
    acts: dict[str, Callable[[], Any]] = {
        "query": lambda: _bare_query(token),
        "ours": lambda: ours.authenticate(request),
        "knox": lambda: knox.authenticate(request),
        "drf": lambda: drf.authenticate(plain_request),
    }
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(scale.rounds):
        for what, act in acts.items():
            spent[what].append(sites.processor_time(act, seconds=scale.seconds / 2))
    cost = {what: statistics.median(values) for what, values in spent.items()}
    over = cost["ours"] - cost["query"]
    yield Line(
        "token: processor time beside its query",
        f"{over:,.0f} us",
        "<= 100 us",
        over <= 100,
        limit=f"{cost['query']:,.0f} us",
        ratio=times(cost["ours"] / cost["query"]),
    )
    for peer, what in (("knox", "knox"), ("drf", "DRF")):
        yield Line(
            f"token, posts and device, to {what}",
            f"{cost['ours']:,.0f} us",
            "",
            None,
            peer=f"{cost[peer]:,.0f} us",
            ratio=times(cost[peer] / cost["ours"]),
        )


def _plain_token(name: str) -> str:
    with connection.schema_editor(collect_sql=True) as editor:
        editor.create_model(PlainToken)
    as_owner(*editor.collected_sql, database=name)
    return PlainToken.objects.create(user=User.objects.get(username="partner")).key


def _bare_query(token: str) -> None:
    fetch_prepared(_statement(with_token=True), {"digest": hash_token(token), "at": now()})


#: The console as a partner walks through it; `{person}` and `{payment}` are filled in.
PAGES = (
    *("/", "/people/", "/people/?q=%E7%8E%8B", "/people/new/", "/people/{person}/", "/notices/", "/me/"),
    *("/finance/bills/", "/finance/bills/new/JS-POWER/", "/finance/payments/", "/finance/payments/{payment}/"),
    *("/finance/tills/", "/finance/floats/", "/finance/fees/", "/station/", "/help/"),
)
PLAIN_FILES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
FILE = re.compile(r"""["'(]/static/([^"'?#)]+\.[a-z0-9]+)""")


def _bytes() -> Iterator[Line]:
    """Each console page as a browser fetches it, every file compressed by itself; on repeats only the page travels."""
    partner = User.objects.get(username="partner")
    paid = Payment.objects.filter(station__code="321324-0003").exclude(payer=None)
    payment = paid.order_by("our_ref").last()
    words = {"person": payment.payer_id, "payment": payment.pk}
    with override_settings(STORAGES={**settings.STORAGES, **PLAIN_FILES}):
        client = Client(SERVER_NAME="localhost", headers={"accept-encoding": "gzip"})
        client.force_login(partner)
        weights = {page: _weight(client, page.format(**words)) for page in PAGES}
    for name, place, most in (("first visit", 0, 60), ("repeat", 1, 15)):
        page, weight = max(((page, sizes[place]) for page, sizes in weights.items()), key=lambda pair: pair[1])
        yield Line(
            f"{name}, gzip, the heaviest of {len(PAGES)} pages",
            f"{weight / KB:.1f} kB",
            f"<= {most} kB",
            weight <= most * KB,
            peer=page[:13],
        )


def _weight(client: Client, path: str) -> tuple[int, int]:
    """Bytes of the first visit and of a repeat."""
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answers {response.status_code}")
    page = len(response.content)
    files = {*FILE.findall(gzip.decompress(response.content).decode()), *ON_DEMAND}
    return page + sum(map(_gzipped, files)), page


@cache
def _gzipped(name: str) -> int:
    return len(gzip.compress(Path(finders.find(name)).read_bytes(), 9))
