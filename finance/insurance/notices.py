"""What people are told about insurance."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

STATION = {"number": "321324-0003-K261125-K7P2QX", "station": "桑园村综合服务站"}
SHORT = {"number": "K7P2QX", "station": "桑园村综合服务站"}

TEMPLATES = {
    "policy_begins": Template(
        _("You are insured (%(product)s) until %(date)s, free of charge. In need, go to %(station)s."),
        {"product": "扶贫100", "date": dt.date(2027, 11, 24), "station": "桑园村综合服务站"},
    ),
    "policies_to_renew": Template(
        _("The cover of %(count)s people ends on %(date)s. Renew their enrolment."),
        {"count": 220, "date": dt.date(2027, 11, 24)},
    ),
    "claim_to_assess": Template(_("A claim from %(station)s waits for you: %(number)s."), STATION),
    "claim_visited": Template(_("The visit for claim %(number)s of %(station)s is recorded: assess it."), STATION),
    "claim_returned": Template(_("Claim %(number)s of %(station)s came back to you: assess it again."), STATION),
    "claim_half": Template(_("Half the time to decide claim %(number)s of %(station)s is over."), STATION),
    "claim_last_day": Template(_("Claim %(number)s of %(station)s must be decided by tomorrow."), STATION),
    "claim_overdue": Template(_("Claim %(number)s of %(station)s is overdue."), STATION),
    "claim_documents": Template(_("More papers are needed for claim %(number)s at %(station)s."), STATION),
    "claim_rests": Template(
        _("Claim %(number)s at %(station)s rests: the insured has taken the consent back. Ask whether it shall go on."),
        STATION,
    ),
    "claim_approved": Template(_("Claim %(number)s at %(station)s is approved. Tell the family."), STATION),
    "claim_rejected": Template(
        _("Claim %(number)s at %(station)s was declined. Read the reasons aloud; the family may appeal."), STATION
    ),
    "claim_not_paid": Template(
        _("The bank did not pay claim %(number)s at %(station)s. Ask the family for their account, and correct it."),
        STATION,
    ),
    "appeal_filed": Template(_("An appeal of claim %(number)s at %(station)s waits for a judge."), STATION),
    "appeal_to_judge": Template(_("You judge the appeal of claim %(number)s at %(station)s."), STATION),
    "appeal_decided": Template(
        _("The appeal of claim %(number)s at %(station)s is decided. Tell the family."), STATION
    ),
    "claim_entered_family": Template(
        _("Your claim (%(number)s) is filed. It is decided by %(date)s; ask at %(station)s at any time."),
        SHORT | {"date": dt.date(2026, 12, 2)},
    ),
    "claim_documents_family": Template(
        _("For your claim (%(number)s) another paper is needed. Please ask at %(station)s which one."), SHORT
    ),
    "claim_rests_family": Template(
        _("You took your consent back, so your claim (%(number)s) rests. Tell %(station)s whether it shall go on."),
        SHORT,
    ),
    "claim_approved_family": Template(
        _("Your claim (%(number)s) is approved: %(amount)s. The money goes to your bank account. %(station)s"),
        SHORT | {"amount": "¥2,544.00"},
    ),
    "claim_rejected_family": Template(
        _("Your claim (%(number)s) was declined. %(station)s tells you why; you can appeal for %(days)s days."),
        SHORT | {"days": 60},
    ),
    "claim_paid_family": Template(
        _("%(amount)s for your claim (%(number)s) was paid to your bank account. Questions: %(station)s."),
        SHORT | {"amount": "¥2,544.00"},
    ),
    "claim_not_paid_family": Template(
        _("The bank could not pay your claim (%(number)s). Please bring your ID and bank card to %(station)s."), SHORT
    ),
    "appeal_decided_family": Template(
        _("Your appeal (%(number)s) is decided. %(station)s tells you the answer."), SHORT
    ),
    "index_payout_paid": Template(
        _("Weather insurance: %(amount)s was paid to your bank account. Questions: %(station)s."),
        {"amount": "¥20,000.00", "station": "桑园村综合服务站"},
    ),
    "index_payout_account": Template(
        _("Weather insurance pays you %(amount)s. Please bring your ID and bank card to %(station)s."),
        {"amount": "¥20,000.00", "station": "桑园村综合服务站"},
    ),
}
