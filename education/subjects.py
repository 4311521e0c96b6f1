"""What is taught: in classes and by tutors."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Subject(models.TextChoices):
    """A school subject, or another one that children and adults learn."""

    ENGLISH = "english", _("English")
    CHINESE = "chinese", pgettext_lazy("school subject", "Chinese")
    MATHS = "maths", _("mathematics")
    SCIENCE = "science", _("science")
    ART = "art", _("art")
    MUSIC = "music", _("music")
    SPORTS = "sports", _("sports")
    INTERNET = "internet_skills", _("using the Internet")
    OTHER = "other", pgettext_lazy("school subject", "other")
