"""The archive of closed months: proved by itself, the same for ever, and blind to nothing that was changed."""

import datetime as dt
import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.days import day_in
from ledger.exports import (
    AlreadyExported,
    ArchiveDiffers,
    ChainBroken,
    MonthOpen,
    StatementsMissing,
    archive_month,
    faults_of,
)
from ledger.models import Book, Entry, MonthArchive, Transfer
from ledger.services import Leg, close_days_before
from ledger.statements import make_statements
from tests.factories.ledger import BookFactory, account, post, yuan


def first_of_months(count):
    """The first days of the last months, oldest first, and of this one, in Shanghai."""
    found = [day_in("Asia/Shanghai", timezone.now()).replace(day=1)]
    for _number in range(count):
        found.insert(0, (found[0] - dt.timedelta(days=1)).replace(day=1))
    return found


@pytest.fixture
def history(as_owner):
    """Two closed months with statements, and the open one."""
    first, second, this = first_of_months(2)
    with as_owner():
        till, bank = account("till"), account("bank", "main")
        for day, amount in ((first, "100"), (first + dt.timedelta(days=9), "20"), (second, "3")):
            at = dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)
            post(Leg(till, bank, yuan(amount), "brought"), at=at)
        post(Leg(till, bank, yuan("7"), "today"))
        for each in (till, bank):
            make_statements(account=each, before=this, at=timezone.now())
    close_days_before(book=BookFactory(), date=this)
    return first, second, this


def archived(first, out):
    return archive_month(book=Book.objects.get(), first=first, out=out, at=timezone.now())


def test_a_closed_month_is_copied_with_its_chains_and_no_row_leaves(history, tmp_path):
    first, second, _this = history
    rows = Transfer.objects.count(), Entry.objects.count()
    folders = [archived(first, tmp_path), archived(second, tmp_path)]
    assert (Transfer.objects.count(), Entry.objects.count()) == rows
    assert [list(faults_of(folder)) for folder in folders] == [[], []]
    assert list(faults_of(folders[1], after=folders[0])) == []
    manifest = json.loads((folders[0] / "manifest.json").read_bytes())
    noted = MonthArchive.objects.get(month=first)
    assert (noted.statements, noted.entries, noted.content_sha256) == (2, 4, manifest["content_sha256"])
    assert manifest["is_closed"] is True
    call_command("check_archive", *map(str, folders))


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("transfers.csv", "20.00", "21.00", "transfers.csv: is not the file of the manifest"),
        ("chains.jsonl", '"posted"', '"posted"', ""),
        ("chains.jsonl", ",2000,", ",2100,", "till:321324-0007: row 2 does not follow"),
        ("chains.jsonl", '"closing_minor":12000', '"closing_minor":12100', "the rows do not end where"),
    ],
)
def test_whatever_is_changed_in_a_copy_is_found_without_any_book(history, tmp_path, name, old, new, fault):
    folder = archived(history[0], tmp_path)
    path = folder / name
    path.write_text(path.read_text().replace(old, new))
    found = list(faults_of(folder))
    assert bool(found) is bool(fault)
    assert fault in " ".join(found)
    if fault:
        with pytest.raises(CommandError, match="faults"):
            call_command("check_archive", str(folder))


def test_a_copy_with_its_manifest_made_anew_still_does_not_make_the_hash(history, tmp_path):
    """Somebody who can write the manifest cannot write the past: the chain goes on in the next month."""
    first, second, _this = history
    one, two = archived(first, tmp_path), archived(second, tmp_path)
    chains = (one / "chains.jsonl").read_text().splitlines()
    head = json.loads(chains[0])
    chains[0] = json.dumps({**head, "sha256": "0" * 64})
    (one / "chains.jsonl").write_text("\n".join(chains) + "\n")
    assert any("do not make the hash" in fault for fault in faults_of(one))
    assert list(faults_of(two, after=one)) == [f"{head['account']}: does not follow the month before"]


def test_an_open_month_or_one_without_its_statements_is_not_copied(as_owner, tmp_path):
    first, this = first_of_months(1)
    with as_owner():
        till, bank = account("till"), account("bank", "main")
        post(Leg(till, bank, yuan("1"), "brought"), at=dt.datetime.combine(first, dt.time(4), tzinfo=dt.UTC))
    with pytest.raises(MonthOpen):
        archived(first, tmp_path)
    close_days_before(book=BookFactory(), date=this)
    with pytest.raises(StatementsMissing) as refusal:
        archived(first, tmp_path)
    assert refusal.value.params["accounts"] == 2
    assert list(tmp_path.iterdir()) == []
    assert not MonthArchive.objects.exists()


def test_a_copy_is_never_overwritten_and_a_second_one_has_the_same_content(history, tmp_path):
    first = history[0]
    one = archived(first, tmp_path / "one")
    with pytest.raises(AlreadyExported):
        archived(first, tmp_path / "one")
    two = archived(first, tmp_path / "two")
    for name in ("accounts.csv", "transfers.csv", "statements.csv", "chains.jsonl"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    assert MonthArchive.objects.count() == 1


def test_a_month_that_has_changed_since_is_not_copied_again(history, tmp_path, as_superuser):
    first = history[0]
    shutil.rmtree(archived(first, tmp_path))
    as_superuser("UPDATE ledger_transfer SET reason = 'another' WHERE reason = 'brought'")
    with pytest.raises(ArchiveDiffers):
        archived(first, tmp_path)
    as_superuser("UPDATE ledger_transfer SET reason = 'brought' WHERE reason = 'another'")
    as_superuser("UPDATE ledger_entry SET posted_delta = posted_delta + 1 WHERE version = 1")
    with pytest.raises(ChainBroken):
        archived(first, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_was_noted_of_a_copy_is_never_changed(history, tmp_path, each_role):
    archived(history[0], tmp_path)
    with each_role():
        for verb in ("UPDATE ledger_montharchive SET entries = 0", "DELETE FROM ledger_montharchive"):
            with pytest.raises(Exception, match=r"append-only|permission denied"), transaction.atomic():
                connection.cursor().execute(verb)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthArchive.objects.create(
            book=BookFactory(), month=history[0], statements=0, entries=0, content_sha256="", made_at=timezone.now()
        )


def test_the_command_names_what_is_wrong(history, tmp_path, capsys):
    first, _second, this = history
    words = {"book": "CN", "month": f"{first:%Y-%m}", "out": tmp_path}

    def ask(**other):
        call_command("archive_month", *(f"--{name}={value}" for name, value in (words | other).items()))

    ask()
    assert capsys.readouterr().out.strip().endswith(f"CN-{first:%Y-%m}-archive")
    with pytest.raises(CommandError, match="no book XX"):
        ask(book="XX")
    with pytest.raises(CommandError):
        ask(month=f"{this:%Y-%m}")
