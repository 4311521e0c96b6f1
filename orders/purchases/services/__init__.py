"""The verbs of orders: begun, agreed, paid, sent, handed over, ended."""

from orders.purchases.services.agreeing import (
    ConsentByCode,
    ConsentNotPossible,
    OrderChanged,
    PhoneNotConfirmed,
    PriceChanged,
    WitnessMissing,
    give_consent,
    request_consent,
    sign_consent,
)
from orders.purchases.services.calling_off import message_to_supplier, note_message_arrived, note_supplier_informed
from orders.purchases.services.cash_rules import CodAboveCeiling, CodNotOffered, CodPrepayOnly
from orders.purchases.services.coming_back import UNCOLLECTED, note_available, note_lost, note_not_taken, take_back
from orders.purchases.services.covering import NothingOwed, note_unfunded, write_off_purchase
from orders.purchases.services.ending import (
    AlreadyPicked,
    cancel_purchase,
    expire_purchase,
    recall_purchase,
)
from orders.purchases.services.giving_back import (
    GivenBackAlready,
    NotHere,
    SignatureMissing,
    WereHere,
    give_back_fulfilment,
)
from orders.purchases.services.handing import ParcelUnknown, hand_over_purchase
from orders.purchases.services.link_answers import expire_payment_link, note_paid, note_unpaid
from orders.purchases.services.link_steps import PayerIsPaying
from orders.purchases.services.links import (
    LinkOver,
    NoLink,
    NotPaidByLink,
    cancel_payment_link,
    offer_payment_link,
    pay_by_link,
)
from orders.purchases.services.paying import NothingDue, take_purchase_payment
from orders.purchases.services.reversing import note_reversed
from orders.purchases.services.sending import (
    NotArrived,
    PaymentMissing,
    dispatch_fulfilment,
    pack_fulfilment,
    pick_fulfilment,
)
from orders.purchases.services.settling import shut_windows
from orders.purchases.services.starting import (
    AmountImpossible,
    BuyerUnknown,
    Item,
    NotForSale,
    NothingOrdered,
    start_purchase,
)
from orders.purchases.services.supplier_parts import ConfirmedTooMuch, NothingConfirmed, NotOfTheseGoods
from orders.purchases.services.supplying import (
    InWarehouse,
    cancel_fulfilment,
    confirm_fulfilment,
    lapse_fulfilment,
    receive_fulfilment,
    refuse_fulfilment,
    ship_fulfilment,
)
from orders.purchases.services.waiving import NothingToWaive, WaivedAlready, points_to_waive, waive_cod_points
