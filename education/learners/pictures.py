"""The things that a child chooses among: drawn in `static/education/pictures.svg`, named for whoever reads aloud."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Picture(models.TextChoices):
    """Things that every child knows."""

    SUN = "sun", _("sun")
    MOON = "moon", _("moon")
    STAR = "star", _("star")
    HOUSE = "house", _("house")
    TREE = "tree", _("tree")
    FLOWER = "flower", _("flower")
    FISH = "fish", _("fish")
    APPLE = "apple", _("apple")
    BALL = "ball", _("ball")
    BOAT = "boat", _("boat")
    UMBRELLA = "umbrella", _("umbrella")
    KITE = "kite", _("kite")


#: So many are tapped, in their order, none of them twice.
TAPPED = 3
