"""What farmers and buyers are told about produce."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

SAMPLE = {"crop": "红富士苹果", "station": "桑园村综合服务站"}

TEMPLATES = {
    "harvest_confirmed": Template(
        _("%(station)s takes your %(crop)s from %(day)s: %(kilograms)s kg."),
        SAMPLE | {"day": "2026-11-27", "kilograms": "200"},
        days=frozenset({"day"}),
    ),
    "harvest_cancelled": Template(
        _("Your harvest notice for %(crop)s of %(day)s at %(station)s is cancelled."),
        SAMPLE | {"day": "2026-11-27"},
        days=frozenset({"day"}),
    ),
    "harvest_reminder": Template(
        _("Tomorrow, %(day)s, %(station)s expects your %(crop)s: %(kilograms)s kg."),
        SAMPLE | {"day": "2026-11-27", "kilograms": "200"},
        days=frozenset({"day"}),
    ),
    "intake_code": Template(
        _("Code %(code)s: %(station)s weighed %(net)s kg %(crop)s, %(taken)s kg are taken. Read it out if you agree."),
        sample=SAMPLE | {"code": "123456", "net": "191.65", "taken": "181.65"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "intake_corrected": Template(
        _("%(station)s corrects your %(crop)s from %(before)s to %(now)s kg, and asks you to agree once more."),
        SAMPLE | {"before": "200", "now": "20"},
    ),
    "produce_sold": Template(
        _("%(crop)s, %(kilograms)s kg, sold for %(gross)s. You get %(net)s now; ask %(station)s for the statement."),
        SAMPLE | {"kilograms": "190", "gross": "¥1,143.00", "net": "¥943.35"},
    ),
    "produce_claimed": Template(
        _("A buyer found bad %(crop)s. %(amount)s of what is kept back for claims is gone. Ask %(station)s."),
        SAMPLE | {"amount": "¥12.00"},
    ),
    "produce_settled": Template(
        _("%(crop)s at %(station)s is settled: %(paid)s in all, %(share)s %% of the city price."),
        SAMPLE | {"paid": "¥966.21", "share": "84.5"},
    ),
    "produce_advance": Template(
        _("%(station)s paid you %(amount)s in advance for %(crop)s. It is taken off what the fruit brings."),
        SAMPLE | {"amount": "¥571.50"},
    ),
    "produce_recalled": Template(_("%(crop)s that you brought is called back. Please ask %(station)s."), SAMPLE),
    "lot_recalled": Template(
        _("Lot %(lot)s, %(crop)s, is called back: %(reason)s. Do not sell it."),
        {"lot": "321324-0001-L261127-K7P2Q", "crop": "红富士苹果", "reason": "农药残留超标"},
    ),
}
