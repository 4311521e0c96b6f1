"""What residents and county managers are told about people."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "person_confirm_phone_code": Template(
        _("Village station: your code is %(code)s. Read it to the counter to confirm this phone."),
        sample={"code": "123456"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "person_consent_code": Template(
        _("Village station: code %(code)s says yes to: %(what)s. Read it to the counter only if you agree."),
        sample={"code": "123456", "what": _("Show the health record to a hospital")},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "person_loan_code": Template(
        _("Village station: code %(code)s signs your loan of %(amount)s. Read it aloud once you know the plan."),
        sample={"code": "123456", "amount": "¥30,000.00"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "person_loan_plan_code": Template(
        _("Village station: code %(code)s signs the new plan of your loan, %(amount)s left. Read it aloud to agree."),
        sample={"code": "123456", "amount": "¥30,000.00"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "person_receipt_code": Template(
        _("Village station: your code is %(code)s. Read it to the counter once you hold what is handed to you."),
        sample={"code": "123456"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "person_coupon_code": Template(
        _("Village station: code %(code)s, you agree to bear up to %(amount)s for coupons. Read it aloud to agree."),
        sample={"code": "123456", "amount": "¥30,000.00"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "person_advance_code": Template(
        _("Village station: code %(code)s, you get %(amount)s in advance. Read it aloud once you hold the money."),
        sample={"code": "123456", "amount": "¥30,000.00"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "death_undone": Template(
        _("The death of %(name)s that you recorded was withdrawn: %(reason)s"),
        sample={"name": "王*英", "reason": "同名同姓，写错了人"},
    ),
    "many_reveals": Template(
        _("%(user)s viewed hidden details %(count)s times today at %(station)s. Please ask why."),
        sample={"user": "张三丰", "count": 21, "station": "桑园村综合服务站"},
    ),
}
