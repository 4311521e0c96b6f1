"""No faulty file imports anything: whatever is done to a good file, it is read as it was, or refused whole."""

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.gateways.services import store_file
from finance.models import ProviderFile, ProviderLine, ReconItem
from finance.recon.services import FileFaulty, receive_daily_file
from finance.recon.services.daily_file import read
from tests.factories.finance import provider

DATE = dt.date(2026, 11, 24)
MORNING = dt.datetime(2026, 11, 25, 6, tzinfo=dt.UTC)

NAMES = st.text(
    st.characters(min_codepoint=0x20, exclude_characters='",\x7f', exclude_categories=["Cc", "Cs"]),
    min_size=1,
    max_size=20,
)
LINES = st.lists(
    st.tuples(
        st.uuids(),
        st.sampled_from(["bill", "recharge", "refund", "collection", "payout"]),
        st.sampled_from(["succeeded", "failed", "reversed", "returned"]),
        st.integers(0, 10**10),
        st.integers(0, 10**6),
        NAMES,
    ),
    max_size=12,
    unique_by=lambda line: (line[0], line[2]),
)


def written(minor):
    return f"{minor // 100}.{minor % 100:02}"


def file_of(lines):
    """A file that is as it should be, and what it says."""
    signs = {"succeeded": 1, "reversed": -1}
    total = sum(signs.get(status, 0) * amount for _ref, _kind, status, amount, _fee, _name in lines)
    rows = [
        f"D,{number},{name},{ref},{kind},{status},{written(amount)},{written(fee)},2026-11-24T05:00:00Z"
        for number, (ref, kind, status, amount, fee, name) in enumerate(lines, start=1)
    ]
    sign = "-" if total < 0 else ""
    trailer = f"T,{len(rows)},{sign}{written(abs(total))},{written(sum(line[4] for line in lines))}"
    return ["H,1,JS-POWER,2026-11-24,CNY,2026-11-24T22:00:00Z", *rows, trailer]


def parsed(content):
    return read(content, provider="JS-POWER", date=DATE, currency="CNY")


@settings(max_examples=25, deadline=None)
@given(LINES, st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), st.sampled_from(["\n", "\r\n"]))
def test_a_good_file_says_the_same_in_every_encoding(lines, encoding, newline):
    content = newline.join([*file_of(lines), ""]).encode(encoding)
    read_lines = parsed(content).lines
    assert [(UUID(line.our_ref), line.kind, line.status, line.amount_minor, line.fee_minor) for line in read_lines] == [
        line[:5] for line in lines
    ]


@settings(max_examples=60, deadline=None)
@given(LINES, st.data())
def test_a_file_that_was_changed_is_refused_or_says_what_it_said(lines, data):
    rows = file_of(lines)
    content = "\n".join([*rows, ""]).encode()
    spoil = data.draw(st.sampled_from(["cut", "drop", "double", "swap", "byte", "amount"]))
    spoilt = spoiled(content, rows, spoil, data)
    try:
        found = parsed(spoilt)
    except FileFaulty:
        return
    before = parsed(content)
    assert (found.total, found.fee, len(found.lines)) == (before.total, before.fee, len(before.lines))


def spoiled(content, rows, how, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    if how == "cut":
        return content[: data.draw(st.integers(0, len(content) - 1))]
    if how == "byte":
        at = data.draw(st.integers(0, len(content) - 1))
        return content[:at] + bytes([data.draw(st.integers(0, 255))]) + content[at + 1 :]
    changed = list(rows)
    if how == "drop":
        del changed[place]
    elif how == "double":
        changed.insert(place, changed[place])
    elif how == "swap":
        other = data.draw(st.integers(0, len(rows) - 1))
        changed[place], changed[other] = changed[other], changed[place]
    else:
        changed[place] = changed[place].replace(",0.", ",1.", 1).replace("9", "8", 1)
    return "\n".join([*changed, ""]).encode()


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(LINES, st.data())
def test_no_faulty_file_imports_anything(lines, data):
    rows = file_of(lines)
    content = "\n".join([*rows, ""]).encode()
    spoilt = spoiled(content, rows, data.draw(st.sampled_from(["cut", "drop", "double", "byte"])), data)
    try:
        parsed(spoilt)
    except FileFaulty:
        pass
    else:
        return
    before = ProviderFile.objects.count(), ProviderLine.objects.count(), ReconItem.objects.count()
    raw = store_file(provider=provider(), file_date=DATE, content=spoilt, at=MORNING)
    if raw is None:
        return
    receive_daily_file(daily_file=raw, at=MORNING)
    raw.refresh_from_db()
    assert raw.refusal
    assert (ProviderFile.objects.count(), ProviderLine.objects.count(), ReconItem.objects.count()) == before
