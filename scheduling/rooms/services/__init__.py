"""The verbs of rooms."""

from scheduling.rooms.services.booking import RoomElsewhere, book_room, give_up_use
from scheduling.rooms.services.closing import end_rooms_of
from scheduling.rooms.services.lending import (
    AlreadyClosed,
    NameTaken,
    NotClosed,
    RoomNotLent,
    TooManyRooms,
    accept_use,
    add_room,
    change_use,
    close_room,
    reject_use,
    reopen_room,
    stop_lending,
    take_back,
)
