"""Messages about sign-in and posts."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

PLACE = "泗洪县青阳街道某某社区服务站 (321324-0001)"

TEMPLATES = {
    "login_code": Template(
        _("%(code)s is your EcomNet sign-in code, valid for %(minutes)s minutes. Share it with no one."),
        sample={"code": "123456", "minutes": 10},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "login_code_issued": Template(
        _("%(by)s issued you a sign-in code. If you were not there, tell the county at once."),
        sample={"by": "欧阳娜娜"},
        is_urgent=True,
    ),
    "second_factor_reset": Template(
        _("%(by)s removed your authenticator app. If you did not ask for this, tell us at once."),
        sample={"by": "欧阳娜娜"},
        is_urgent=True,
    ),
    "device_revoked": Template(
        _("Device “%(device)s” was deactivated and can no longer sign in. If this was not you, tell the county."),
        sample={"device": "柜台手机"},
        is_urgent=True,
    ),
    "device_quarantined": Template(
        _("Device “%(device)s” looks suspicious. It is suspended until the county has checked it."),
        sample={"device": "柜台手机"},
        is_urgent=True,
    ),
    "emergency_post_given": Template(
        _("Emergency post: %(name)s works as %(role)s at %(place)s until %(until)s. Please review it afterwards."),
        sample={"name": "欧阳娜娜", "role": "合伙人", "place": PLACE, "until": "11-25 18:30"},
    ),
    "post_given": Template(_("You have a new post: %(role)s, %(place)s"), sample={"role": "县管理员", "place": PLACE}),
    "post_ended": Template(_("Your post has ended: %(role)s, %(place)s"), sample={"role": "县管理员", "place": PLACE}),
}
