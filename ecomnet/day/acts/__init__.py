"""What people do at a counter. A new trade adds a file here and its acts to the table.

An act is a function of a counter and an arrival; what it learns it leaves with the counter and in the diary.
"""

from ecomnet.day.acts import bills, floats, looks, recharges, refunds, tills
from ecomnet.day.acts.act import Act

ACTS: dict[str, Act] = {
    act.name: act for act in (*bills.ACTS, *recharges.ACTS, *refunds.ACTS, *floats.ACTS, *tills.ACTS, *looks.ACTS)
}
