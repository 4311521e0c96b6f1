"""The help: one short page per task, in the reader's language. Those of the counter open without a network too.

A slice says its topics in its `Console`; what the reader may do stands first on the index.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.access import may
from core.hooks import CONSOLES


@dataclass(frozen=True, slots=True)
class Topic:
    """A task in a few steps. It concerns readers who hold one of `verbs`; without verbs, everybody at a counter.

    `pages` are the names of the pages on which the task is done: their footer leads here.
    """

    name: str
    title: Any
    icon: str
    about: Any
    steps: Sequence[Any]
    verbs: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    def concerns(self, user: Any) -> bool:
        """Whether this reader does the task."""
        return any(may(user, verb) for verb in self.verbs)


#: The counter's, which a browser stores.
TOPICS = [
    Topic(
        "find",
        _("Find a resident"),
        "search",
        _("By name, pinyin, initials, phone or card"),
        steps=(
            _("Type a part of the name, in characters or in pinyin, or only the first letters: sxh finds 单小红."),
            _("The last four digits of the phone also work, or scan the resident card."),
            _("Two people look alike? Ask for the head of the household and the house number."),
            _("Not found? Press “Whole county”. Each search is logged."),
        ),
        verbs=("stations.register_person",),
        pages=("people:find",),
    ),
    Topic(
        "bill",
        _("Pay a bill"),
        "bolt",
        _("Electricity, water, television"),
        steps=(
            _("Find the resident, then press “Pay a bill”. Earlier bills are on top."),
            _("Or type the account number, or scan the code on the bill."),
            _("Read the company’s customer name aloud. It must be the right household."),
            _("Collect the cash first, then press “Pay”. Give the slip."),
            _("The slip says “Paid” only when the company has confirmed it."),
        ),
        verbs=("finance.pay_bill",),
        pages=("bills:choose", "bills:ask", "bills:check"),
    ),
    Topic(
        "recharge",
        _("Recharge a phone"),
        "phone",
        _("Number, amount, wrong number"),
        steps=(
            _("Find the resident, then press “Recharge a phone”. The number is filled in; you can change it."),
            _("The first digits determine the company. If the number was ported, choose the current company."),
            _("Choose an amount or a package. Read the number aloud, digit by digit."),
            _("Collect the cash first, then press “Recharge”. Give the slip."),
            _("No answer yet? Do not recharge the same number again. The result comes automatically."),
            _(
                "Wrong number? Open the payment the same day and request a recall, with the slip. "
                "The company may refuse."
            ),
        ),
        verbs=("finance.recharge_phone",),
        pages=("recharge:choose",),
    ),
    Topic(
        "no-answer",
        _("The company has not answered"),
        "clock",
        _("What is safe, and what to say"),
        steps=(
            _("The money is reserved: not lost, not spent."),
            _("We check with the company again automatically. The page shows when."),
            _("Give the slip that says “Pending”. Do not press again, and do not pay from another account."),
            _("If the company refuses, the money is returned and the resident gets the cash back."),
        ),
        verbs=("finance.pay_bill",),
    ),
    Topic(
        "till",
        _("Open and close the day"),
        "till",
        _("Count the till"),
        steps=(
            _("In the morning, confirm whether yesterday’s money is in the till."),
            _("In the evening, count first. Only then you see the book balance."),
            _("A difference is not yet a fault. Explain what you know about it."),
        ),
        verbs=("finance.open_cash_day",),
        pages=("tills:till", "tills:day", "tills:count", "tills:open"),
    ),
    Topic(
        "float",
        _("Top up the float"),
        "wallet",
        _("Topping up, and when it counts"),
        steps=(
            _("Transfer to the account shown on the page, with the reference shown there."),
            _("It counts when the bank confirms it, usually within minutes."),
            _("You see what you need until Thursday, based on the station’s usual use."),
        ),
        verbs=("finance.request_topup",),
        pages=("floats:float", "floats:send"),
    ),
    Topic(
        "receipt",
        _("Print a slip again"),
        "printer",
        _("And what its status words mean"),
        steps=(
            _("Find the slip by time, amount or the end of the phone number."),
            _("A second print says “Copy 1”, so that no one is paid twice."),
            _("Pending: not final. Paid: the company has it. Reversed: the money was returned."),
        ),
        verbs=("finance.pay_bill",),
        pages=("payments:receipt",),
    ),
    Topic(
        "offline",
        _("No network"),
        "offline",
        _("What works, and what must wait"),
        steps=(
            _("What you typed stays on this device."),
            _("Bills, recharge and anything paid from the float must wait for the network."),
            _("The status at the top of the page shows the last answer."),
        ),
        verbs=("finance.pay_bill",),
    ),
    Topic(
        "sign-in",
        _("Sign in"),
        "lock",
        _("Code, PIN, a new phone"),
        steps=(
            _("On a new device you need your password and the code sent to your phone."),
            _("After that, six digits are enough on this device."),
            _("Five wrong tries lock it. Then use password and code again, or ask your county manager."),
            _("Lost your phone? Call your county manager at once."),
        ),
        pages=("accounts:sign_in", "accounts:first_sign_in", "accounts:me", "accounts:pin"),
    ),
    Topic(
        "scan",
        _("Scanner and keyboard"),
        "scan",
        _("Faster with fewer presses"),
        steps=(
            _("A scanner works on every page, without clicking into a field."),
            _("Without a scanner, press “Scan with the camera” and hold the code in front of the phone."),
            _("The / key jumps to the search field. Esc closes what is on top."),
            _("j and k go down and up a list, Enter opens. On a case, a leads to its decision and d to declining it."),
            _("The Enter key presses the green button."),
        ),
        verbs=("finance.pay_bill",),
        pages=("core:scan",),
    ),
]


def all_topics() -> Iterator[Topic]:
    """The counter's first, then what each slice says."""
    yield from TOPICS
    for console in CONSOLES:
        yield from console.topics


def topic_of(name: str) -> Topic | None:
    """The topic of that name."""
    return next((topic for topic in all_topics() if topic.name == name), None)


def topic_about(page: str) -> Topic | None:
    """The topic of the task that is done on the page of this name."""
    return next((topic for topic in all_topics() if page in topic.pages), None)


def sorted_for(user: Any) -> tuple[list[Topic], list[Topic]]:
    """What the reader does, and the rest."""
    own = [topic for topic in all_topics() if topic.concerns(user)]
    return own, [topic for topic in all_topics() if topic not in own]
