"""Who hears what a provider said. `core` knows no payments: `ecomnet/wiring.py` fills these with dotted paths.

Every function runs in the transaction of the gateway's own rows, with the instruction locked: what it writes and what
the gateway remembers commit together or not at all. It may not call a provider.
"""

from django.utils.module_loading import import_string

#: Kind -> `record_answer(*, instruction, result, source, at)`; source: answer, enquiry, callback, file, people. Called
#: with news only: the first pending, each unknown with a new code, every `not_found` of an enquiry, the definite end,
#: a reversal after it, and whatever contradicts the end (then `instruction.outcome` differs from `result.status`).
ANSWERS: dict[str, str] = {}

#: Kind -> `submit(*, instruction, at)`: the call is about to be made; in the transaction that marks it as sent.
SENDING: dict[str, str] = {}

#: Kind -> `body_of(our_ref)`: for kinds whose body may not be kept (phone, words of a message): a dict, or the bytes of
#: a file. It must give the same body for the same reference. All other kinds send what was written down.
BODIES: dict[str, str] = {}

#: `record_stray(*, provider, our_ref, result, source, at)`: somebody speaks of a reference that we never gave them.
#: `result` is the raw data of the message.
STRAYS: list[str] = []

#: `hear(*, phone, word, message_id, at) -> bool`: somebody has sent us this word; whether it meant something.
MESSAGES: list[str] = []

#: `import_file(*, daily_file, at)`: a daily file was stored. Raise nothing for a faulty file: call
#: `core.gateways.services.refuse_file`.
FILES: list[str] = []

#: `alarm(*, provider, file_date, at)`: six hours after its time a daily file is still missing.
LATE_FILES: list[str] = []

#: `alarm(*, provider, balance, at)`: what we hold with a provider has fallen below its alarm.
LOW_PREFUND: list[str] = []


def tell(path: str | None, **what: object) -> None:
    """Call one registered function, if there is one."""
    if path:
        import_string(path)(**what)


def tell_all(paths: list[str], **what: object) -> None:
    """Call all functions of a list."""
    for path in paths:
        tell(path, **what)
