"""What people do at a counter. A new trade adds a file here and its acts to the table.

An act is a function of a counter and an arrival; what it learns it leaves with the counter and in the diary.
"""

from ecomnet.simulation.acts import (
    bills,
    books,
    calls,
    claims,
    classes,
    complaints,
    floats,
    goods,
    health,
    loans,
    looks,
    presales,
    produce,
    promotion,
    recharges,
    refunds,
    shipping,
    tills,
    tutoring,
)
from ecomnet.simulation.acts.act import Act

TRADES = (
    *(bills, recharges, refunds, complaints, floats, tills, looks, goods, loans, health, books, shipping, claims),
    *(produce, presales, classes, calls, promotion, tutoring),
)
ACTS: dict[str, Act] = {act.name: act for trade in TRADES for act in trade.ACTS}
#: What each counter brings to an end in the evening, before money is fetched and drawers are counted.
EVENINGS = (
    *(goods.end_goods, health.end_numbers, books.end_books, shipping.end_parcels, calls.end_calls),
    tutoring.end_lessons,
)
