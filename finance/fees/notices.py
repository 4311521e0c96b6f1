"""What those who earn are told about their accounts."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "account_adjusted": Template(
        _("Your account was corrected by %(amount)s: %(text)s"),
        sample={"amount": "-¥1,186.40", "text": "十一月二十五日张家那笔电费的佣金算了两次"},
    ),
}
