"""What people do at a counter. A new trade adds a file here and its acts to the table.

An act is a function of a counter and an arrival; what it learns it leaves with the counter and in the diary.
"""

from ecomnet.simulation.acts import bills, complaints, floats, looks, recharges, refunds, tills
from ecomnet.simulation.acts.act import Act

ACTS: dict[str, Act] = {
    act.name: act for trade in (bills, recharges, refunds, complaints, floats, tills, looks) for act in trade.ACTS
}
