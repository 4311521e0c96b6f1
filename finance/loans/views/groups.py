"""Pages of groups of borrowers: who is in them, the sheet for the meeting, and what was collected."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.days import day_in
from core.money import Money, total
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from core.web.tables import Column, Table
from finance.loans import services
from finance.loans.display import GROUP_WORDS
from finance.loans.group_forms import ApproveGroupForm, CollectForm, FormGroupForm, JoinForm, MemberForm
from finance.loans.group_list import KINDS
from finance.loans.machine import LOAN_GROUP
from finance.loans.models import (
    Appraisal,
    BorrowerGroup,
    CollectionSheet,
    GroupMember,
    Loan,
    LoanApplication,
    SheetLine,
)
from finance.loans.models.groups import READ_GROUP
from finance.loans.queries import dues_of, loans_of_group, loans_with_open_write_off, members_of, to_recover
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.requests import SignedInRequest

FORM, ADD, COLLECT = "finance.form_loan_group", "finance.add_group_member", "finance.collect_from_group"
APPROVE = "finance.approve_group_loans"
#: How the draft of one line begins.
LINE = "collect_line"
#: So many sheets are shown on the page of a group.
SHOWN = 12


def groups() -> QuerySet[BorrowerGroup]:
    """With what their pages show."""
    return BorrowerGroup.objects.select_related("station__county", "formed_by")


@requires(FORM)
def new(request: SignedInRequest) -> HttpResponse:
    """Form a group at this counter."""
    station = counter_of(request.user, FORM)
    return form_page(
        request,
        operation=FORM,
        form=FormGroupForm(request.POST or None, today=day_in(station.zone, now())),
        service=partial(services.form_loan_group, station=station),
        then=page_of("loans:group"),
        template="finance/loans/group_new.html",
        done=_("The group is formed. Add its members."),
    )


@requires(ADD)
def join(request: SignedInRequest) -> HttpResponse:
    """Let the person named in the address into a group of this station."""
    station, person = counter_of(request.user, ADD), _person(request)
    if person is None:
        return render(request, "finance/loans/group_join.html", {"person": None})
    open_ones = BorrowerGroup.objects.open_to(request.user, ADD).filter(status=BorrowerGroup.Status.ACTIVE)
    offered = list(open_ones.filter(station=station).order_by("name", "pk"))
    return form_page(
        request,
        operation=ADD,
        form=JoinForm(request.POST or None, groups=offered),
        service=partial(_join, person=person, groups={str(each.pk): each for each in offered}),
        then=page_of("loans:group"),
        template="finance/loans/group_join.html",
        page=lambda: {"person": person, "groups": offered},
    )


def _join(
    *, group: str, person: Person, groups: Mapping[str, BorrowerGroup], by: User, at: dt.datetime
) -> BorrowerGroup:
    return services.add_group_member(group=groups[group], person=person, by=by, at=at)


@requires(READ_GROUP, one_object=True)
def sheet(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The collection sheet on paper, A4: what is due of each member, and room for what they bring."""
    group = load(groups(), request.user, READ_GROUP, pk=pk)
    dues = _dues(group)
    today = day_in(group.station.zone, now())
    page = {
        "group": group,
        "dues": dues,
        "total": total((due for _loan, due in dues), currency=group.station.currency),
        "meeting": group.next_meeting(today),
        "today": today,
        "size": "a4",
    }
    return render(request, "finance/loans/group_sheet.html", page)


@requires(COLLECT, one_object=True)
def collect(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Record what the members have brought, all in one act."""
    group = load(groups(), request.user, COLLECT, pk=pk)
    station = counter_of(request.user, COLLECT)
    dues, members, meeting = _dues(group), list(members_of(group)), _meeting(group)
    return form_page(
        request,
        operation=COLLECT,
        form=CollectForm(request.POST or None, dues=dues, members=members, meeting=meeting),
        service=partial(services.collect_from_group, group=group, station=station),
        then=page_of("loans:collected"),
        template="finance/loans/group_collect.html",
        page=lambda: {
            "group": group,
            "dues": dues,
            "meeting": meeting,
            "is_late": meeting < day_in(group.station.zone, now()),
            "draft": f"collect_from_group {group.pk}",
        },
        done=_("It is recorded. Print a slip for each member."),
    )


@requires(COLLECT, one_object=True)
def lines(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Each member's line is a form of its own, kept on the device and sent by itself; who is recorded stands below."""
    group = load(groups(), request.user, COLLECT, pk=pk)
    counter_of(request.user, COLLECT)
    meeting, today = _meeting(group), day_in(group.station.zone, now())
    sheet = group.sheets.filter(meeting_date=min(meeting, today)).first()
    recorded = list(sheet.lines.select_related("sheet", "loan__borrower", "payment__payer")) if sheet else []
    done, members = {each.loan_id for each in recorded}, list(members_of(group))
    forms = [
        (loan, CollectForm(dues=[(loan, due)], members=members, meeting=meeting), f"{LINE} {loan.pk}")
        for loan, due in _dues(group)
        if loan.pk not in done
    ]
    page = {
        "group": group,
        "forms": forms,
        "meeting": meeting,
        "is_late": meeting < today,
        "rows": [_recorded(each) for each in recorded],
    }
    return render(request, "finance/loans/group_lines.html", page)


@requires(COLLECT, one_object=True)
def line(request: SignedInRequest, pk: UUID, loan: UUID) -> HttpResponse:
    """Record what one member has brought; what is refused is shown again by itself, with what was typed."""
    group = load(groups(), request.user, COLLECT, pk=pk)
    station = counter_of(request.user, COLLECT)
    found = loans_of_group(group).filter(pk=loan).first()
    dues = [(found, dues_of([found])[found.pk])] if found is not None else []
    return form_page(
        request,
        operation=COLLECT,
        form=CollectForm(request.POST or None, dues=dues, members=list(members_of(group)), meeting=_meeting(group)),
        service=partial(_collect_line, group=group, station=station),
        then=lambda _made: reverse("loans:group_lines", args=[group.pk]),
        template="finance/loans/group_line.html",
        page=lambda: {"group": group, "loan": found, "draft": f"{LINE} {loan}"},
        done=_("It is recorded."),
    )


def _collect_line(*, collected: Sequence[services.Collected], **about: Any) -> SheetLine:
    if not collected:
        raise services.SheetChanged
    return services.collect_line(line=collected[0], **about)


@requires(READ_GROUP, one_object=True)
def collected(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What was collected on one day, with the payment of each loan."""
    found = load(_sheets(), request.user, READ_GROUP, pk=pk)
    stored = found.lines.select_related("sheet", "loan__borrower", "payment__payer").order_by("loan")
    page = {"sheet": found, "rows": [_recorded(each) for each in stored]}
    return render(request, "finance/loans/group_collected.html", page)


def _recorded(line: SheetLine) -> dict[str, Any]:
    """One line as pages show it."""
    return {
        "name": mask_name(line.loan.borrower.full_name),
        "paid": Money(line.collected_minor, line.sheet.currency),
        "detail": " · ".join(_about(line)),
        "is_short": line.collected_minor < line.expected_minor,
        "payment": line.payment_id,
    }


def _about(line: SheetLine) -> list[str]:
    """Which loan, what was due where less was paid and why, and which other member paid it."""
    found = [line.loan.number]
    if line.collected_minor < line.expected_minor:
        due = Money(line.expected_minor, line.sheet.currency).display()
        found += [gettext("%(due)s was due") % {"due": due}, line.reason]
    payer = line.payment.payer if line.payment else None
    if payer is not None and payer.pk != line.loan.borrower_id:
        found.append(gettext("paid by %(name)s") % {"name": mask_name(payer.full_name)})
    return found


def _meeting(group: BorrowerGroup) -> dt.date:
    """The meeting whose sheet is recorded now."""
    return group.meeting_to_record(day_in(group.station.zone, now()))


def _sheets() -> QuerySet[CollectionSheet]:
    return CollectionSheet.objects.select_related("group__station__county", "taken_by")


def _dues(group: BorrowerGroup) -> list[tuple[Loan, Money]]:
    """Each running loan of a group with what is due on it, as of its last close."""
    loans = list(loans_of_group(group))
    due = dues_of(loans)
    return [(loan, due[loan.pk]) for loan in loans]


def _left_of_write_offs(group: BorrowerGroup) -> list[tuple[Loan, Money]]:
    """What the members of a group who stand up for each other still owe of loans that were written off."""
    rows = loans_with_open_write_off(group) if group.joint_liability else ()
    return [(loan, to_recover(loan)) for loan in rows]


def _person(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


def _context(request: SignedInRequest, group: BorrowerGroup) -> dict[str, Any]:
    today = day_in(group.station.zone, now())
    waiting = list(services.to_approve_together(group)) if may(request.user, APPROVE) else []
    return {
        "group": group,
        "kind": KINDS[BorrowerGroup.Status(group.status)],
        "members": list(members_of(group)),
        "dues": _dues(group),
        "left": _left_of_write_offs(group),
        "meeting": group.next_meeting(today),
        "sheets": list(group.sheets.order_by("-meeting_date")[:SHOWN]),
        "waiting": _waiting_table(waiting) if waiting else None,
        "may_add": may(request.user, ADD) and group.status == BorrowerGroup.Status.ACTIVE,
        "may_collect": may(request.user, COLLECT) and group.status == BorrowerGroup.Status.ACTIVE,
        "history": history_of(group, reasons=GROUP_WORDS),
    }


def _waiting_table(rows: Sequence[LoanApplication]) -> Table:
    """The applications that are approved together, each as it was proposed."""
    newest = Appraisal.objects.filter(application__in=rows).order_by("application", "-pk").distinct("application")
    proposed = {each.application_id: each.proposed for each in newest}
    return Table(
        caption=str(_("Applications to approve together")),
        columns=[Column(str(_("Borrower"))), Column(str(_("Loan"))), Column(str(_("Proposed")), number=True)],
        rows=[[mask_name(row.person.full_name), row.number, proposed[row.pk].display()] for row in rows],
    )


def _members_of(_request: HttpRequest, group: BorrowerGroup) -> dict[str, Any]:
    return {"members": list(members_of(group))}


def _others_of(_request: HttpRequest, group: BorrowerGroup) -> dict[str, Any]:
    return {"members": _followers(group)}


def _followers(group: BorrowerGroup) -> list[GroupMember]:
    return [each for each in members_of(group) if not each.is_leader]


def _shown_of(_request: HttpRequest, group: BorrowerGroup) -> dict[str, Any]:
    return {"shown": [row.pk for row in services.to_approve_together(group)]}


GROUP_PAGE = ObjectPage(
    name="loans:group",
    template="finance/loans/group.html",
    grant=READ_GROUP,
    noun="group",
    rows=groups,
    context=_context,
    machine=LOAN_GROUP,
    actions={
        "approve": PageAction(
            grant=APPROVE,
            service=services.approve_group_loans,
            form=ApproveGroupForm,
            form_kwargs=_shown_of,
            arrow="approve_group_loans",
            is_open=lambda group, _user: services.to_approve_together(group).exists(),
            title=_("Approve all of these applications"),
            button=_("Approve them all"),
            doing=_("Recording…"),
        ),
        "appoint": PageAction(
            grant=ADD,
            service=services.appoint_group_leader,
            form=MemberForm,
            form_kwargs=_others_of,
            arrow="appoint_group_leader",
            is_open=lambda group, _user: bool(_followers(group)),
            title=_("Another member leads the group"),
            button=_("Appoint the leader"),
            doing=_("Recording…"),
            kind="",
        ),
        "remove": PageAction(
            grant="finance.remove_group_member",
            service=services.remove_group_member,
            form=MemberForm,
            form_kwargs=_members_of,
            arrow="remove_group_member",
            is_open=lambda group, _user: members_of(group).exists(),
            title=_("A member leaves the group"),
            button=_("Let the member leave"),
            doing=_("Recording…"),
            kind="",
        ),
        "close": PageAction(
            grant="finance.close_loan_group",
            service=services.close_loan_group,
            arrow="close_loan_group",
            title=_("End the group"),
            button=_("End it"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
