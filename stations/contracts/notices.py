"""What people are told about contracts."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "contract_changed": Template(
        _("%(station)s: your contract is now “%(status)s”. Reason: %(reason)s"),
        sample={"station": "桑园村综合服务站", "status": "已暂停", "reason": "投诉核实中"},
    ),
    "contract_overdue": Template(
        _("The contract of %(name)s with %(station)s is over and cannot end: %(open)s."),
        sample={"name": "孙桂兰", "station": "桑园村综合服务站", "open": "till 0.01 CNY"},
    ),
}
