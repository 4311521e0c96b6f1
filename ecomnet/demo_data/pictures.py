"""Pictures for the demonstration that show nobody and nothing real."""

import datetime as dt
import itertools
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageDraw

from core.files.models import StoredFile
from core.files.services import store_photo


def box_of_fruit(colour: str, *, by: UUID | None, at: dt.datetime) -> StoredFile:
    """A box with round fruit, drawn: nobody's photo."""
    picture = Image.new("RGB", (800, 600), "#f2e8d8")
    pen = ImageDraw.Draw(picture)
    for row, column in itertools.product(range(2), range(5)):
        left, top = 110 + 120 * column + 20 * row, 180 + 90 * row
        pen.ellipse((left, top, left + 130, top + 130), fill=colour, outline="#ffffff", width=4)
    pen.rectangle((90, 360, 710, 540), fill="#b98f52")
    pen.rectangle((90, 360, 710, 395), fill="#cfa76a")
    file = BytesIO()
    picture.save(file, "JPEG")
    file.seek(0)
    return store_photo(upload=file, by=by, at=at)
