"""Phones recharged: operator found, plan picked, paid."""

from finance.recharge.services.ending import TRADE, days_to_ask_back, distribute_recharge, recharge_ended
from finance.recharge.services.recharging import (
    AmountNotAllowed,
    OperatorMismatch,
    OperatorNotServed,
    PlanNotSold,
    body_of,
    quote_recharge,
    recharge_phone,
)
from finance.recharge.services.sales import SERVICE, RechargeInProgress
