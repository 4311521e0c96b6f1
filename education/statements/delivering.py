"""The calls to a learning record store: HTTP Basic, the header of the version, an array of statements.

A store refuses a batch whole; the ones that it does not want are found by halving it.
"""

import json
from collections.abc import Sequence

from core.gateways.client import Answer, NoAnswer, plain_outcome_of
from core.gateways.results import code_in
from education.statements import xapi
from education.statements.models import Statement
from education.statements.services.sending import Batch, Sent, halves

PATH = "/statements"
HEADERS = {"X-Experience-API-Version": xapi.VERSION}
KNOWN = 409
#: Refusals that mean "later", or that concern our access and no statement.
_LATER = frozenset({401, 403, 404, 405, 408, 423, 425, 429})


def send(batch: Batch) -> Sent:
    """Send a batch; every statement of it is known there, was refused, or waits for the next attempt."""
    sent = Sent()
    _send(batch, batch.statements, sent)
    return sent


def _send(batch: Batch, statements: Sequence[Statement], sent: Sent) -> None:
    if sent.trouble:
        return
    reader = xapi.store_reader(batch.store)
    body = json.dumps([xapi.rendered(each, reader) for each in statements], ensure_ascii=False).encode()
    outcome = plain_outcome_of(batch.provider, "POST", PATH, body, headers=HEADERS)
    if not isinstance(outcome, Answer):
        sent.trouble = outcome.code if isinstance(outcome, NoAnswer) else "unreachable"
    elif 200 <= outcome.status < 300:
        sent.known += [each.pk for each in statements]
    elif outcome.status in _LATER or outcome.status < 400:
        sent.trouble, sent.is_answer = f"http_{outcome.status}", True
        sent.retry_after = outcome.retry_after
    elif len(statements) > 1:
        for half in halves(statements):
            _send(batch, half, sent)
    elif outcome.status == KNOWN:
        sent.known.append(statements[0].pk)
    else:
        sent.refused[statements[0].pk] = code_in(outcome.content, otherwise=f"http_{outcome.status}")
