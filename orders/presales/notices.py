"""What residents and the county are told about presales."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

ABOUT = {"crop": "红富士苹果", "station": "桑园村综合服务站"}
DAYS = frozenset({"day"})

TEMPLATES = {
    "presale_ordered": Template(
        _("Presale of %(crop)s: %(boxes)s boxes, %(amount)s paid. Collect at %(station)s from %(day)s."),
        ABOUT | {"boxes": "12", "amount": "¥1,186.40", "day": "2026-12-05"},
        days=DAYS,
    ),
    "presale_allotted": Template(
        _("Your %(boxes)s boxes of %(crop)s are there. Collect at %(station)s from %(day)s."),
        ABOUT | {"boxes": "12", "day": "2026-12-05"},
        days=DAYS,
    ),
    "presale_cut": Template(
        _("%(crop)s: you get %(boxes)s of %(ordered)s boxes, %(amount)s back. Give all up at %(station)s within 24 h."),
        ABOUT | {"boxes": "36", "ordered": "50", "amount": "¥1,186.40"},
    ),
    "presale_cancelled": Template(
        _("There are no boxes for your presale order of %(crop)s. Collect your %(amount)s at %(station)s."),
        ABOUT | {"amount": "¥1,186.40"},
    ),
    "presale_arrived": Template(
        _("Your %(boxes)s boxes of %(crop)s wait for you at %(station)s."), ABOUT | {"boxes": "36"}
    ),
    "presale_handed_over": Template(
        _("%(station)s has handed over your %(boxes)s boxes of %(crop)s. Not you? Ask there at once."),
        ABOUT | {"boxes": "36"},
    ),
    "presale_may_be_short": Template(
        _("A harvest of the presale of %(crop)s failed. You may get fewer boxes and the rest back. Ask %(station)s."),
        ABOUT,
    ),
    "presale_recalled": Template(
        _("%(crop)s of the presale are called back. Do not eat them; bring them to %(station)s."), ABOUT
    ),
    "presale_refunded": Template(
        _("%(crop)s: %(amount)s for your boxes is refunded. Collect it at %(station)s."),
        ABOUT | {"amount": "¥1,186.40"},
    ),
    "presale_claim_refused": Template(
        _("Your complaint about boxes of %(crop)s was refused. %(station)s tells you why."), ABOUT
    ),
    "presale_harvest_lost": Template(
        _("A harvest of presale %(presale)s, %(crop)s, is cancelled. Look for fruit or cancel the presale."),
        {"presale": "321324-0001-P261127-K7P2Q", "crop": "红富士苹果"},
    ),
}
