"""The verbs of calls home."""

from education.hotlines.services.booking import (
    BoothHours,
    BoothNameTaken,
    ContactInactive,
    book_call,
    open_booth,
    remind_of_calls,
)
from education.hotlines.services.calling import (
    CallNotNow,
    TriedJustNow,
    dial_call,
    end_call,
    give_up_call,
    is_open_to_dial,
    list_unreached,
)
from education.hotlines.services.contacts import (
    ContactsFull,
    add_contact,
    end_all_calls,
    end_calls,
    forget_contacts,
    join_callers,
    remove_contact,
)
from education.hotlines.services.ending import cancel_call, tell_of_cancellation
