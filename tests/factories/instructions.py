"""Instructions to companies, for tests."""

from core.gateways.models import Instruction
from tests.jobs import run_jobs


def fresh(instruction):
    return Instruction.objects.select_related("provider").get(pk=instruction.pk)


def run_and_look(instruction, at=None):
    run_jobs(at)
    return fresh(instruction)


def executions(sandbox, instruction):
    return [line["executions"] for line in sandbox.ledger(our_ref=instruction.our_ref)]
