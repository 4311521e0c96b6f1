"""Messages about sign-in and posts."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

PLACE = "泗洪县青阳街道某某社区服务站 (321324-0001)"

TEMPLATES = {
    "login_code": Template(
        _("%(code)s is your EcomNet sign-in code for %(minutes)s minutes. Tell it to nobody."),
        sample={"code": "123456", "minutes": 10},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "login_code_issued": Template(
        _("%(by)s issued a sign-in code for you. Were you not there? Tell the county at once."),
        sample={"by": "欧阳娜娜"},
        is_urgent=True,
    ),
    "second_factor_reset": Template(
        _("%(by)s removed your authenticator app. Was it not you who asked? Tell us at once."),
        sample={"by": "欧阳娜娜"},
        is_urgent=True,
    ),
    "post_given": Template(_("You have a post now: %(role)s, %(place)s"), sample={"role": "县管理员", "place": PLACE}),
    "post_ended": Template(_("Your post has ended: %(role)s, %(place)s"), sample={"role": "县管理员", "place": PLACE}),
}
