"""django-hordak: double entry for Django, with its checks in the database. Run by its own interpreter.

hordak.py '{"host": ..., "dbname": ...}' post <clients> <seconds>
hordak.py '{...}' balance <legs> <reads>
"""

import json
import multiprocessing
import os
import random
import sys
import time
from pathlib import Path

import django
from django.conf import settings

address = json.loads(sys.argv[1])
settings.configure(
    SECRET_KEY="a benchmark",  # noqa: S106
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    CURRENCIES=["CNY"],
    DEFAULT_CURRENCY="CNY",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address["dbname"],
            "USER": address.get("user", ""),
            "HOST": address.get("host", ""),
            "PORT": address.get("port", ""),
            "PASSWORD": address.get("password", ""),
        }
    },
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from hordak.models import Account, Leg, Transaction  # noqa: E402
from moneyed import Money  # noqa: E402


def accounts(count):
    call_command("migrate", verbosity=0)
    kind = getattr(Account, "TYPES", None)
    income = kind.income if kind else "IN"
    if Account.objects.count() < count:
        for n in range(count):
            Account.objects.create(name=f"Account {n}", code=str(n), type=income, currencies=["CNY"])
    return list(Account.objects.all()[:count])


def cpu(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def work(places, seconds, ready, answers):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pids = [os.getpid(), cursor.fetchone()[0]]
    one = Money("1.00", "CNY")
    choose = random.Random(os.getpid())  # noqa: S311
    ready.wait()
    try:
        before = sum(map(cpu, pids))
    except OSError:
        before = float("nan")
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        debit, credit = choose.sample(places, 2)
        debit.transfer_to(credit, one)
        count += 1
    spent = time.perf_counter() - start
    answers.put((count, spent, sum(map(cpu, pids)) - before if before == before else float("nan")))


def post(clients, seconds):
    places = accounts(200)
    connection.close()
    context = multiprocessing.get_context("fork")
    ready, answers = context.Barrier(clients), context.SimpleQueue()
    workers = [context.Process(target=work, args=(places, seconds, ready, answers)) for _ in range(clients)]
    for worker in workers:
        worker.start()
    results = [answers.get() for _ in workers]
    done = sum(count for count, _, _ in results)
    return {
        "per_second": sum(count / spent for count, spent, _ in results),
        "cpu": 1e6 * sum(used for _, _, used in results) / max(done, 1),
    }


def balance(legs, reads):
    debit, credit = accounts(2)
    debit.transfer_to(credit, Money("1.00", "CNY"))
    fill(legs)
    account = Account.objects.get(pk=credit.pk)
    account.get_balance()
    start = time.perf_counter()
    for _ in range(reads):
        account.get_balance()
    return {"milliseconds": 1000 * (time.perf_counter() - start) / reads}


def fill(legs):
    """Copy the last transaction's legs until there are enough, past the checks, for the table's size only."""
    columns = ", ".join(
        f'"{field.column}"' for field in Leg._meta.concrete_fields if field.column not in ("id", "uuid")
    )
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hordak_leg DISABLE TRIGGER USER")
        cursor.execute(
            f"INSERT INTO hordak_leg (uuid, {columns}) SELECT gen_random_uuid(), {columns}"  # noqa: S608
            " FROM hordak_leg, generate_series(1, %s) WHERE hordak_leg.id IN"
            " (SELECT id FROM hordak_leg ORDER BY id DESC LIMIT 2)",
            [legs - 1],
        )
        cursor.execute("ALTER TABLE hordak_leg ENABLE TRIGGER USER")
        cursor.execute("ANALYZE hordak_leg")
    assert Transaction.objects.exists()  # noqa: S101


if __name__ == "__main__":
    what, first, second = sys.argv[2:5]
    answer = post(int(first), float(second)) if what == "post" else balance(int(first), int(second))
    sys.stdout.write(json.dumps(answer) + "\n")
