"""Every address of the system, an object for each, and somebody who tries them."""

from tests.api.doors.door import DOORS, Door
from tests.api.doors.missing import add_what_is_missing
from tests.api.doors.nouns import NOUNS
from tests.api.doors.visitor import Visitor, known, spoken, things_at
