"""How people are found: the ways of typing a name, and how surnames are read."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class NameKey(BaseModel):
    """One way of typing a person's name; written by the service that writes the name.

    `name` and `served_at` repeat the person's folded name and last service, so that the index alone answers a search
    in the order in which people are shown. `county` repeats the station's; one foreign key of both columns lets it
    follow when the station comes into another county.
    """

    class Kind(models.TextChoices):
        NAME = "name", _("name")
        INITIALS = "initials", _("initials")
        PINYIN = "pinyin", _("pinyin")

    person = models.ForeignKey("stations.Person", models.CASCADE, related_name="name_keys", db_index=False)
    station = models.ForeignKey(
        "stations.Station", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    county = models.ForeignKey(
        "stations.Division", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    served_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "key"], name="name_key_stands_once"),
        ]
        indexes = [
            models.Index(
                fields=["station", "kind", "key"],
                opclasses=["int8_ops", "text_ops", "text_pattern_ops"],
                include=["person", "served_at", "name"],
                name="name_key_at_station",
            ),
            models.Index(
                fields=["county", "kind", "key"],
                opclasses=["int8_ops", "text_ops", "text_pattern_ops"],
                include=["person", "station", "served_at", "name"],
                name="name_key_in_county",
            ),
            models.Index(
                F("county"),
                F("kind"),
                F("served_at").desc(nulls_last=True),
                F("name"),
                F("person"),
                include=["key", "station"],
                name="name_key_by_service",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"


class SurnameReading(BaseModel):
    """How a surname is read where it differs from the character's usual reading: 单 shan, 覃 qin or tan."""

    surname = models.CharField(_("surname"), max_length=4)
    reading = models.CharField(_("reading"), max_length=20)
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)

    class Meta:
        verbose_name = _("surname reading")
        verbose_name_plural = _("surname readings")
        constraints = [models.UniqueConstraint(fields=["surname", "reading"], name="surname_reading_stands_once")]

    def __str__(self) -> str:
        return f"{self.surname} {self.reading}"
