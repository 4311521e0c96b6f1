"""django-oscar: the shop of Django, with baskets, stock and orders. Run by its own interpreter.

oscar.py '{"host": ..., "dbname": ...}' order <clients> <seconds>
"""

import itertools
import json
import multiprocessing
import os
import sys
import time

import django
from django.conf import settings
from oscar import INSTALLED_APPS
from oscar import defaults as oscar_defaults

address = json.loads(sys.argv[1])
settings.configure(
    **{name: value for name, value in vars(oscar_defaults).items() if name.isupper()},
    SECRET_KEY="a benchmark",  # noqa: S106
    USE_TZ=True,
    SITE_ID=1,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=INSTALLED_APPS,
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
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
from django.db import connection, transaction  # noqa: E402
from oscar.apps.basket.models import Basket  # noqa: E402
from oscar.apps.catalogue.models import Product, ProductClass  # noqa: E402
from oscar.apps.checkout.calculators import OrderTotalCalculator  # noqa: E402
from oscar.apps.order.utils import OrderCreator  # noqa: E402
from oscar.apps.partner.models import Partner, StockRecord  # noqa: E402
from oscar.apps.partner.strategy import Selector  # noqa: E402
from oscar.apps.shipping.methods import Free  # noqa: E402

LINES = 3


def goods():
    """Three products with plenty in stock."""
    call_command("migrate", verbosity=0)
    kind = ProductClass.objects.create(name="Goods", requires_shipping=True, track_stock=True)
    partner = Partner.objects.create(name="Warehouse")
    for number in range(LINES):
        product = Product.objects.create(product_class=kind, title=f"Article {number}")
        StockRecord.objects.create(
            product=product, partner=partner, partner_sku=str(number), price="12.00", num_in_stock=10**7
        )


def place(number):
    """A basket of three lines becomes an order: its stock is allocated, nothing is paid."""
    with transaction.atomic():
        basket = Basket.objects.create()
        basket.strategy = Selector().strategy()
        for product in Product.objects.order_by("pk"):
            basket.add_product(product, 1)
        method = Free()
        charge = method.calculate(basket)
        OrderCreator().place_order(
            basket=basket,
            total=OrderTotalCalculator().calculate(basket, charge),
            shipping_method=method,
            shipping_charge=charge,
            order_number=number,
        )
        basket.submit()


def work(client, seconds, ready, answers):
    numbers = itertools.count()
    place(f"{client}-{os.getpid()}-first")
    ready.wait()
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        place(f"{client}-{os.getpid()}-{next(numbers)}")
        count += 1
    answers.put(count / (time.perf_counter() - start))


def order(clients, seconds):
    goods()
    connection.close()
    context = multiprocessing.get_context("fork")
    ready, answers = context.Barrier(clients), context.SimpleQueue()
    workers = [context.Process(target=work, args=(n, seconds, ready, answers)) for n in range(clients)]
    for worker in workers:
        worker.start()
    return {"per_second": sum(answers.get() for _ in workers)}


sys.stdout.write(json.dumps(order(int(sys.argv[3]), float(sys.argv[4]))) + "\n")
