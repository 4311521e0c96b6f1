"""What people are told about loans."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

STATION = {"number": "321324-0003-L261125-K7P2", "station": "桑园村综合服务站"}
SHORT = {"number": "K7P2", "station": "桑园村综合服务站"}
PLAN = SHORT | {"day": "12月24日"}
DUE = SHORT | {"amount": "¥123,770.00", "day": "12月24日"}

TEMPLATES = {
    "recommender_suspended": Template(
        _("Too many loans recommended by %(name)s are late: no further ones are taken. Look at them with the lender."),
        {"name": "王秀英"},
    ),
    "loan_submitted": Template(_("A loan application from %(station)s waits: %(number)s."), STATION),
    "loan_second_visit": Template(
        _("Please visit a borrower of %(station)s and write down what you see: %(number)s."), STATION
    ),
    "loan_approved": Template(_("The loan %(number)s at %(station)s is approved. Tell the borrower."), STATION),
    "loan_rejected": Template(_("The loan %(number)s at %(station)s was declined. Read the reasons aloud."), STATION),
    "loan_approved_borrower": Template(
        _("Your loan (%(number)s) is approved. %(station)s shows you the plan and its price before you sign."), SHORT
    ),
    "loan_rejected_borrower": Template(
        _("Your loan (%(number)s) was not approved. %(station)s tells you why; for 30 days it can be looked at again."),
        SHORT,
    ),
    "loan_plan_agreed": Template(
        _("The new plan for your loan (%(number)s) is agreed. Sign it at %(station)s by %(day)s."), PLAN
    ),
    "loan_plan_expired": Template(
        _("Loan %(number)s: the new plan was not signed by %(day)s. The old plan stands. Ask %(station)s."), PLAN
    ),
    "loan_plan_unsigned": Template(
        _("The new plan of the loan %(number)s at %(station)s was not signed in time. Tell the borrower."), STATION
    ),
    "loan_rate_changes": Template(
        _("Loan %(number)s: from %(day)s the rate is %(rate)s a year. %(station)s shows you the plan."),
        SHORT | {"day": "2026-12-24", "rate": "12.5%"},
        days=frozenset({"day"}),
    ),
    "loan_rate_stays": Template(
        _("Loan %(number)s: the rate of %(rate)s from %(day)s does not come. Your plan stays. Ask %(station)s."),
        SHORT | {"day": "2026-12-24", "rate": "12.5%"},
        days=frozenset({"day"}),
    ),
    "loan_rate_notice": Template(
        _("The loan %(number)s at %(station)s gets a new rate. Print the notice and give it to the borrower."), STATION
    ),
    "loan_rate_undone": Template(
        _("The loan %(number)s at %(station)s keeps its rate after all. Tell the borrower."), STATION
    ),
    "loan_signed": Template(
        _("The loan %(number)s at %(station)s is signed. Pay it out once the borrower's account is in use."), STATION
    ),
    "loan_disbursed": Template(_("The loan %(number)s at %(station)s is paid out. Tell the borrower."), STATION),
    "loan_not_paid_out": Template(
        _("The bank did not pay the loan %(number)s of %(station)s. Look at the borrower's account."), STATION
    ),
    "loan_disbursed_borrower": Template(
        _("Your loan (%(number)s) is on your bank account. %(station)s shows you when to pay it back."), SHORT
    ),
    "loan_due_soon": Template(_("Loan %(number)s: %(amount)s is due on %(day)s. Pay it at %(station)s."), DUE),
    "loan_due_today": Template(_("Loan %(number)s: %(amount)s is due today. Pay it at %(station)s."), DUE),
    "loan_late": Template(_("Loan %(number)s: %(amount)s is late since %(day)s. Pay it or talk to %(station)s."), DUE),
}
