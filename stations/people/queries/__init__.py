"""Finding residents, and what pages show of them."""

from stations.people.queries.consents import text_of_the_day, texts_of_the_day
from stations.people.queries.finding import ROWS, Reach, find_people, nearest_people, scope_of
from stations.people.queries.guardians import (
    adults_at_home,
    age_on,
    confirmed_guardians,
    guardianships_of,
    is_surely,
    wards_of,
)
from stations.people.queries.reading import may_at_home, post_opening, serves
from stations.people.queries.records import (
    holder_of,
    live_card,
    members_of,
    merged_into,
    records_of,
    standing_record,
    villages_for,
)
from stations.people.queries.rows import Found, found_people, village_of
from stations.people.queries.twins import likely_twins
from stations.people.queries.typed import (
    CARD,
    DIGITS_BY_POST,
    Kind,
    QueryTooShort,
    SendByPost,
    Typed,
    must_be_posted,
    understand,
)
