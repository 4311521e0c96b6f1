"""Borrowers of a station form a group: they meet, stand up for each other, and nobody leaves owing."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from finance.loans.machine import LOAN_GROUP
from finance.loans.models import BorrowerGroup, GroupMember, Loan, LoanApplication
from finance.loans.queries import group_of, loans_with_open_write_off, written_off_of, written_off_of_borrower
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

_S = BorrowerGroup.Status
MOST_MEMBERS = 30
#: With a member more than so many days late, no member of a group with joint liability gets a new loan.
LATE_AFTER = 30
#: In the history of a group.
JOINED, LEFT = "member_joined", "member_left"
OWING = (Loan.Status.APPROVED, Loan.Status.DISBURSING, Loan.Status.ACTIVE)


class GroupNameTaken(Refused):
    """Another group of the station is called so."""

    code = "group_name_taken"
    message = _("Another group of this station has this name.")


class MemberUnknown(Refused):
    """Nobody here, dead, or a record that was merged into another."""

    code = "member_unknown"
    status = 422
    message = _("There is no such person here, or the record has ended.")


class InAGroup(Refused):
    """A resident stands up for one group."""

    code = "in_a_group"
    message = _("This person is in a group of borrowers already.")


class GroupFull(Refused):
    """So many know each other, and no more."""

    code = "group_full"
    message = _("A group has at most %(most)s members.")


class MemberOwes(Refused):
    """Nobody leaves while they owe, or are about to."""

    code = "member_owes"
    message = _("A member with a loan, an application or an unpaid written-off loan cannot leave the group.")


class GroupStandsUp(Refused):
    """Nobody leaves the others alone with what a member does not pay."""

    code = "group_stands_up"
    message = _(
        "A loan of this group is late for more than %(days)s days, or was written off. "
        "No member leaves until it is paid or the lender releases the group."
    )


class BorrowerOwesWrittenOff(Refused):
    """A loan that the lender has given up is owed all the same."""

    code = "borrower_owes_written_off"
    status = 422
    message = _("A loan of this person was written off and %(left)s of it are still open. That is paid first.")


class GroupMemberLate(Refused):
    """The others stand up for who is late before they borrow again."""

    code = "group_member_late"
    status = 422
    message = _("A member of the group is more than %(days)s days late. No member gets a new loan until that is paid.")


class GroupOwesWrittenOff(Refused):
    """The others stand up for what the lender has given up of a member, too."""

    code = "group_owes_written_off"
    status = 422
    message = _(
        "Of a written-off loan of this group %(left)s are still open. No member gets a new loan until that is paid."
    )


class GroupNeeded(Refused):
    """The product is lent to people who stand up for each other only."""

    code = "group_needed"
    status = 422
    message = _("This loan is for members of a group of borrowers in this county. Let the borrower join one first.")


class GroupLeft(Refused):
    """The others stand up for a member, and for nobody who has left."""

    code = "group_left"
    message = _(
        "The borrower has left the group with which this was applied for. Let them join it again or apply again."
    )


@refuses(GroupNameTaken)
@transaction.atomic
def form_loan_group(
    *,
    station: Station,
    name: str,
    first_meeting_date: dt.date,
    every_weeks: int,
    joint_liability: bool = True,
    by: User,
    at: dt.datetime,
) -> BorrowerGroup:
    """Form a group without members that meets every so many weeks from this day of the station on."""
    group = BorrowerGroup(
        station=station,
        name=name,
        first_meeting_date=first_meeting_date,
        every_weeks=every_weeks,
        joint_liability=joint_liability,
        formed_by=by,
        formed_at=at,
    )
    try:
        with transaction.atomic():
            group.save(force_insert=True)
    except IntegrityError as error:
        if "loan_group_has_a_name_of_its_own" not in str(error):
            raise
        raise GroupNameTaken(field="name") from error
    record_change(group, old="", new=group.status, at=at, actor=by.pk)
    return group


@refuses(WrongState, MemberUnknown, InAGroup, GroupFull, BorrowerOwesWrittenOff)
@transaction.atomic
def add_group_member(*, group: BorrowerGroup, person: Person, by: User, at: dt.datetime) -> BorrowerGroup:
    """Let a living resident into a group who owes nothing that was written off; the first one leads it."""
    group = lock(group)
    LOAN_GROUP.check("add_group_member", group.status)
    if person.died_date or person.merged_into_id:
        raise MemberUnknown
    refuse_own_write_off(person)
    members = group.members.filter(left_at=None)
    if members.count() >= MOST_MEMBERS:
        raise GroupFull(most=MOST_MEMBERS)
    if group_of(person) is not None:
        raise InAGroup
    is_first = not members.filter(is_leader=True).exists()
    member = GroupMember(group=group, person=person, is_leader=is_first, added_by=by, joined_at=at)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        if "resident_is_in_one_loan_group_at_a_time" not in str(error):
            raise
        raise InAGroup from error
    record_change(group, old=group.status, new=group.status, at=at, actor=by.pk, reason=JOINED)
    return group


@refuses(WrongState, MemberUnknown)
@transaction.atomic
def appoint_group_leader(*, group: BorrowerGroup, member: int, by: User, at: dt.datetime) -> BorrowerGroup:
    """Let another member lead the group, who speaks for it at the meeting."""
    group = lock(group)
    LOAN_GROUP.check("appoint_group_leader", group.status)
    chosen = _member(group, member)
    group.members.filter(left_at=None, is_leader=True).update(is_leader=False)
    chosen.is_leader = True
    chosen.save(update_fields=["is_leader", "updated_at"])
    return group


@refuses(WrongState, MemberUnknown, MemberOwes, GroupStandsUp)
@transaction.atomic
def remove_group_member(*, group: BorrowerGroup, member: int, by: User, at: dt.datetime) -> BorrowerGroup:
    """Let a member leave who owes nothing, has applied for nothing, and answers for no loan that is late for long."""
    group = lock(group)
    LOAN_GROUP.check("remove_group_member", group.status)
    leaves = _member(group, member)
    _refuse_owing(group, [leaves])
    _leave(leaves, at=at)
    if leaves.is_leader:
        _next_leader(group)
    record_change(group, old=group.status, new=group.status, at=at, actor=by.pk, reason=LEFT)
    return group


@refuses(WrongState, MemberOwes, GroupStandsUp)
@transaction.atomic
def close_loan_group(*, group: BorrowerGroup, by: User, at: dt.datetime) -> BorrowerGroup:
    """End a group of which nobody owes anything; its members may join another."""
    group = lock(group)
    LOAN_GROUP.check("close_loan_group", group.status)
    members = list(group.members.filter(left_at=None).select_for_update(no_key=True))
    _refuse_owing(group, members)
    for each in members:
        _leave(each, at=at)
    before, group.status, group.closed_at = group.status, _S.CLOSED, at
    group.save(update_fields=["status", "closed_at", "updated_at"])
    record_change(group, old=before, new=group.status, at=at, actor=by.pk)
    return group


@refuses(GroupMemberLate, GroupOwesWrittenOff, BorrowerOwesWrittenOff)
def demand_group_in_time(person: Person) -> BorrowerGroup | None:
    """The group of a borrower, held; none for who is in none.

    Refused where its members stand up for each other, and one is late for long or has a loan that was written off; and
    to whom such a loan was given.
    """
    refuse_own_write_off(person)
    found = group_of(person)
    if found is None:
        return None
    group = lock(found)
    refuse_late_members(group)
    return group


@refuses(GroupMemberLate, GroupOwesWrittenOff)
def refuse_late_members(group: BorrowerGroup | None) -> None:
    """Refuse where the members of a group stand up for each other, and one of them is late for long, or what was
    written off of the group's loans has not come in since.
    """
    if group is None or not group.joint_liability:
        return
    people = Person.objects.of_people(*group.members.filter(left_at=None).values_list("person", flat=True))
    if Loan.objects.running().filter(borrower__in=people, days_past_due__gt=LATE_AFTER).exists():
        raise GroupMemberLate(days=LATE_AFTER)
    left = written_off_of(group)
    if left.minor:
        raise GroupOwesWrittenOff(left=left.display())


@refuses(BorrowerOwesWrittenOff)
def refuse_own_write_off(person: Person) -> None:
    """Refuse who owes what was written off: a new loan, or a place among people who would stand up for it."""
    left = written_off_of_borrower(person)
    if left is not None:
        raise BorrowerOwesWrittenOff(left=left.display())


@refuses(GroupMemberLate, GroupOwesWrittenOff, BorrowerOwesWrittenOff)
def refuse_arrears(person: Person) -> None:
    """Refuse a borrower to whom, or in whose group, somebody is late for long or owes what was written off."""
    refuse_own_write_off(person)
    refuse_late_members(group_of(person))


@refuses(GroupLeft)
def demand_member(person: Person, group: BorrowerGroup | None) -> None:
    """Refuse where a borrower is no more in the group with which they applied; it is held."""
    if group is None:
        return
    held = lock(group)
    if group_of(person) != held:
        raise GroupLeft


@refuses(MemberUnknown)
def _member(group: BorrowerGroup, member: int) -> GroupMember:
    found = group.members.filter(pk=member, left_at=None).select_for_update(no_key=True).first()
    if found is None:
        raise MemberUnknown(field="member")
    return found


@refuses(MemberOwes, GroupStandsUp)
def _refuse_owing(group: BorrowerGroup, members: list[GroupMember]) -> None:
    """Who stands up for the others stays as long as a loan of the group is late for long, or was written off and is
    open: a group whose members may leave and form another one would have promised nothing.
    """
    people = Person.objects.of_people(*[each.person_id for each in members])
    applied = LoanApplication.objects.filter(person__in=people, status__in=LoanApplication.UNDER_WAY)
    if applied.exists() or Loan.objects.filter(borrower__in=people, status__in=OWING).exists():
        raise MemberOwes
    if group.joint_liability and (_late_loans(group).exists() or loans_with_open_write_off(group).exists()):
        raise GroupStandsUp(days=LATE_AFTER)


def _late_loans(group: BorrowerGroup) -> QuerySet[Loan]:
    return Loan.objects.running().filter(application__group=group, days_past_due__gt=LATE_AFTER)


def _leave(member: GroupMember, *, at: dt.datetime) -> None:
    member.left_at = at
    member.save(update_fields=["left_at", "updated_at"])


def _next_leader(group: BorrowerGroup) -> None:
    """Who has been in it longest leads it."""
    longest = group.members.filter(left_at=None).order_by("joined_at", "pk").first()
    if longest is not None:
        longest.is_leader = True
        longest.save(update_fields=["is_leader", "updated_at"])
