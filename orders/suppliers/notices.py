"""What clerks are told about the systems of suppliers."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "supplier_contradicts": Template(
        _("%(supplier)s says otherwise of order %(number)s than is recorded here. Call and ask."),
        {"number": "K7P2Q", "supplier": "徐州制冷电器有限公司"},
    ),
}
