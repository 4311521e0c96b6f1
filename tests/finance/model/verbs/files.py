"""Daily files of companies: what they have of a day, what they lack, what they say otherwise, and strays."""

import datetime as dt
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from core.gateways.services import store_file
from core.jobs.models import Job
from core.models import Provider
from finance.models import ProviderFile, ProviderLine
from finance.recon.services import apply_line, receive_daily_file
from tests.factories.daily_files import daily_file
from tests.finance.model.machine import chosen
from tests.finance.model.rows import Sale
from tests.finance.model.verbs.disputing import Disputing

#: What a file says of a payment; nothing where it lacks it.
WORDS = st.sampled_from(["", "succeeded", "succeeded", "failed", "reversed", "amount"])


class Files(Disputing):
    """The counter, what becomes of it, and what companies say of a whole day."""

    @precondition(lambda self: any(sale.is_executed for sale in self.sales))
    @rule(n=st.integers(0, 3), words=st.lists(WORDS, min_size=1, max_size=4), is_odd=st.booleans())
    def a_company_sends_its_file(self, n: int, words: list[str], is_odd: bool) -> None:
        """Of the newest payments of a day; in an odd file stands one that was never asked for."""
        sold = [sale for sale in self.sales if sale.is_executed and self.land.day_of(sale.taken_at) == self.today]
        if not sold:
            return
        party = chosen(sold, n).party
        theirs = [sale for sale in reversed(sold) if sale.party == party]
        lines = [self._line_of(sale, word) for sale, word in zip(theirs, words, strict=False) if word]
        lines += [self._line(str(uuid4()), "bill", "succeeded", 5_00)] if is_odd else []
        count = ProviderFile.objects.count()
        content = daily_file(*lines, date=self.today.isoformat(), currency=self.land.currency)
        self.attempt(take_in, party=party, date=self.today, content=content)
        assert ProviderFile.objects.count() in {count, count + 1}
        self._hear_the_rest()

    def _hear_the_rest(self) -> None:
        """What their file says otherwise than our books counts as said by them, line by line."""
        sales = {str(sale.payment.pk): sale for sale in self.sales}
        for job in Job.objects.filter(kind="recon.apply_line", state="waiting").order_by("pk"):
            line = ProviderLine.objects.select_related("file__provider", "payment").get(pk=job.payload["line"])
            sale = sales.get(line.our_ref)
            if sale is None:
                self.attempt(hear, line=line, job=job)
                continue
            word = "amount" if line.amount_minor != sale.amount else line.status
            self._decide(sale, word, hear, line=line, job=job)

    def _line_of(self, sale: Sale, word: str) -> str:
        status, more = ("succeeded", 1_00) if word == "amount" else (word, 0)
        return self._line(str(sale.payment.pk), sale.purpose, status, sale.amount + more)

    def _line(self, our_ref: str, kind: str, status: str, minor: int) -> str:
        money = f"{self.money(minor)},{self.money(0)}"
        return f"P-{our_ref[-6:]},{our_ref},{kind},{status},{money},2026-11-24T05:00:00Z"


def take_in(*, party: str, date: dt.date, content: bytes, at: dt.datetime) -> None:
    """A file arrives; the very same again is passed over."""
    provider = Provider.objects.get(code=party)
    content = content.replace(b"JS-POWER", party.encode(), 1)
    raw = store_file(provider=provider, file_date=date, content=content, at=at)
    if raw is not None:
        receive_daily_file(daily_file=raw, at=at)


def hear(*, line: ProviderLine, job: Job, at: dt.datetime) -> None:
    """What a worker does with one line."""
    apply_line(line=line, at=at)
    Job.objects.filter(pk=job.pk).update(state="done", finished_at=at)
