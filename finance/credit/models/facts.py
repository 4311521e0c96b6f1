"""What is known of a borrower from what happened at the station: written from events, once each, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class CreditFact(BaseModel):
    """One fact. `value` is a count, or minor units of `currency` for sales, purchases and returned goods."""

    class Kind(models.TextChoices):
        SETTLED_SALE = "settled_sale", _("sold")
        SETTLED_PURCHASE = "settled_purchase", _("bought")
        RETURNED_GOODS = "returned_goods", _("returned")
        BILL_PAID_ON_TIME = "bill_paid_on_time", _("bill paid on time")
        BILL_PAID_LATE = "bill_paid_late", _("bill paid late")
        RECHARGE = "recharge", _("phone recharged")
        LOAN_CLOSED_ON_TIME = "loan_closed_on_time", _("loan repaid on time")
        LOAN_LATE_OVER_30 = "loan_late_over_30", _("loan more than 30 days late")

    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("borrower"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    value = models.BigIntegerField(_("value"))
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    on_date = models.DateField(_("on"))
    source_event = models.BigIntegerField(_("event"))

    class Meta:
        verbose_name = _("credit fact")
        verbose_name_plural = _("credit facts")
        constraints = [
            models.UniqueConstraint(fields=["source_event", "person", "kind"], name="event_is_one_credit_fact"),
        ]
        indexes = [models.Index(fields=["person", "kind", "on_date"], name="credit_fact_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_date}"
