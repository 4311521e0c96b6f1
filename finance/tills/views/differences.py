"""Differences of the drawer: the list, and one of them with all that the day says about it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.files.services import store_photo
from core.web.page_actions import ObjectPage, PageAction
from finance.payments.models import Payment
from finance.tills import forms, services
from finance.tills.models import OverShort
from finance.tills.models.over_shorts import NOTICE
from finance.tills.queries import sheet_of, undecided_at
from finance.tills.services import OVER_SHORT
from stations.accounts.queries import history_of
from stations.models import User
from stations.requests import SignedInRequest

READ = "finance.read_over_short"
PAGE = 50


def _is_holder(over_short: OverShort, user: User) -> bool:
    return over_short.holder_id in {None, user.pk}


def _is_chargeable(over_short: OverShort, _user: User) -> bool:
    return over_short.is_short and over_short.holder_id is not None


def _is_too_much(over_short: OverShort, _user: User) -> bool:
    return over_short.left.minor > 0


def _with_photo(service: Callable[..., OverShort]) -> Callable[..., OverShort]:
    """Words with a photo, stored first."""

    def act(*, over_short: OverShort, text: str, photo: UploadedFile | None, by: User, at: dt.datetime) -> OverShort:
        files = [store_photo(upload=photo, by=by.pk, at=at, field="photo")] if photo else []
        return service(over_short=over_short, text=text, files=files, by=by, at=at)

    return act


def _give_back(*, over_short: OverShort, slip_no: str, text: str, by: User, at: dt.datetime) -> OverShort:
    payments = Payment.objects.filter(station=over_short.station_id, receipts__number=slip_no)
    payment = payments.distinct().first()
    return services.return_variance(over_short=over_short, payment=payment, text=text, by=by, at=at)


def _context(_request: SignedInRequest, found: OverShort) -> dict[str, Any]:
    return {
        "row": found,
        "chargeable_from": found.notice_at + NOTICE if found.notice_at else None,
        "sheet": sheet_of(found, undecided=undecided_at(found.station, _closed_at(found))),
        "history": history_of(found),
    }


def _closed_at(found: OverShort) -> dt.datetime | None:
    """When its day was closed; None where it is open or where the difference is of a remittance."""
    return found.cash_day.closed_at if found.cash_day else None


def _rows() -> QuerySet[OverShort]:
    return OverShort.objects.select_related(
        "station__county", "holder", "cash_day", "remittance", "proposed_by", "asked_by", "decided_by"
    )


DIFFERENCE = ObjectPage(
    name="tills:difference",
    template="finance/tills/difference.html",
    grant=READ,
    noun="over_short",
    rows=_rows,
    context=_context,
    machine=OVER_SHORT,
    actions={
        "explain": PageAction(
            grant="finance.explain_variance",
            service=_with_photo(services.explain_variance),
            form=forms.SayForm,
            arrow="explain_variance",
            is_open=_is_holder,
            title=_("Explain what you know"),
            button=_("Explain"),
            doing=_("Sending…"),
        ),
        "dispute": PageAction(
            grant="finance.dispute_variance",
            service=_with_photo(services.dispute_variance),
            form=forms.SayForm,
            arrow="dispute_variance",
            is_open=_is_holder,
            title=_("I disagree"),
            button=_("Dispute it"),
            doing=_("Sending…"),
            kind="plain",
        ),
        "propose": PageAction(
            grant="finance.propose_charge",
            service=_with_photo(services.propose_charge),
            form=forms.SayForm,
            arrow="propose_charge",
            is_open=_is_chargeable,
            title=_("Propose a charge"),
            button=_("Propose and notify"),
            doing=_("Sending…"),
            kind="danger",
        ),
        "charge": PageAction(
            grant="finance.charge_variance",
            service=services.charge_variance,
            arrow="charge_variance",
            title=_("Charge the person"),
            button=_("Charge"),
            doing=_("Charging…"),
            kind="danger",
        ),
        "absorb": PageAction(
            grant="finance.absorb_variance",
            service=services.absorb_variance,
            form=forms.ReasonForm,
            arrow="absorb_variance",
            title=_("Let the company absorb it"),
            button=_("Company absorbs it"),
            doing=_("One moment…"),
        ),
        "decide": PageAction(
            grant="finance.decide_dispute",
            service=services.decide_dispute,
            form=forms.DisputeForm,
            arrow="decide_dispute",
            title=_("Decide the dispute"),
            button=_("Decide"),
            doing=_("One moment…"),
        ),
        "return": PageAction(
            grant="finance.return_variance",
            service=_give_back,
            form=forms.OwnerForm,
            arrow="return_variance",
            is_open=_is_too_much,
            title=_("Its owner has come"),
            button=_("Refund"),
            doing=_("One moment…"),
        ),
    },
)
