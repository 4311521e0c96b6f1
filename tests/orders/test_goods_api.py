"""The catalogue and stock over the API and on pages: what is shown, written once, refused, and out of reach."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from core.workbooks import read_workbook, write_workbook
from orders.catalog.product_list import COLUMNS
from orders.models import ProductImport, StockLevel
from orders.stock.services import reserve_stock
from tests.factories.goods import (
    category,
    line,
    price,
    price_list,
    product,
    product_list,
    stocked,
    supplier,
    variant,
    wanted,
    warehouse_for,
)
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    api_client,
    county,
    division_below,
    partner_of,
)

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "k" * 16}


@pytest.fixture
def station():
    return StationFactory()


def clerk_of(place):
    return PostFactory(role="county_clerk", division=place).user


def admin():
    return PostFactory(role="platform_admin", user=UserFactory(is_staff=True)).user


def test_a_station_reads_its_price_and_what_is_free_for_it(station):
    rice = variant(product(), sku="RICE-25")
    price(rice, 128_00)
    stocked(rice, warehouse_for(station), 7)
    partner = partner_of(station)
    answer = api_client(partner).get("/api/v1/variants/", {"q": "dami", "station": station.code}).json()
    [row] = answer["results"]
    assert (row["sku"], row["price"], row["currency"], row["available"]) == ("RICE-25", "128.00", "CNY", 7)
    [bare] = api_client(partner).get("/api/v1/variants/").json()["results"]
    assert (bare["price"], bare["available"]) == (None, None)


def test_prices_of_a_station_out_of_reach_are_not_shown(station):
    other = StationFactory(village=division_below(county()))
    answer = api_client(partner_of(station)).get("/api/v1/variants/", {"station": other.code})
    assert answer.status_code == 404


@pytest.mark.parametrize("rows", [1, 20])
def test_a_page_of_variants_asks_as_much_for_one_as_for_twenty(station, rows, django_assert_max_num_queries):
    place, listed = warehouse_for(station), price_list()
    for _ in range(rows):
        each = variant()
        price(each, 100, listed)
        stocked(each, place, 3)
    client = api_client(partner_of(station))
    with django_assert_max_num_queries(8):
        answer = client.get("/api/v1/variants/", {"q": "dami", "station": station.code})
    assert len(answer.json()["results"]) == rows


def test_every_article_that_words_find_is_reached_page_by_page_and_back(station):
    for number in range(5):
        variant(product(name_zh="大米" if number != 1 else "绿豆"), sku=f"SHELF-{number}")
    variant(product(name_zh="花生油"), sku="DAMI-OIL")
    client, url, seen = api_client(partner_of(station)), "/api/v1/variants/?q=dami&page_size=2", []
    while url:
        page = client.get(url).json()
        seen.append([row["sku"] for row in page["results"]])
        url, back = page["next"], page["previous"]
    assert seen == [["DAMI-OIL", "SHELF-0"], ["SHELF-2", "SHELF-3"], ["SHELF-4"]]
    for expected in seen[-2::-1]:
        page = client.get(back).json()
        assert [row["sku"] for row in page["results"]] == expected
        back = page["previous"]
    assert back is None


def test_goods_are_received_once_per_key_and_only_in_the_own_county(station):
    rice, place = variant(barcode="6901234567892"), warehouse_for(station)
    body = {"variant": "6901234567892", "quantity": 40, "low_stock_at": 10}
    path = f"/api/v1/warehouses/{place.pk}/receive/"
    client = api_client(clerk_of(station.county))
    first, again = (client.post(path, body, "json", headers=KEY) for _ in range(2))
    assert (first.status_code, first.json(), again.json()) == (200, first.json(), first.json())
    level = StockLevel.objects.get(variant=rice)
    assert (level.on_hand, level.low_stock_at, level.movements.count()) == (40, 10, 1)
    assert api_client(clerk_of(county())).post(path, body, "json", headers=KEY).status_code == 404
    assert api_client(partner_of(station)).post(path, body, "json", headers=KEY).status_code == 404
    unknown = client.post(path, {**body, "variant": "nothing"}, "json", headers={"Idempotency-Key": "n" * 16})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "invalid")


def test_a_count_below_the_reservations_is_refused_over_the_api_too(station):
    level = stocked(variant(), warehouse_for(station), 4)
    client = api_client(clerk_of(station.county))
    path = f"/api/v1/stock-levels/{level.pk}/adjust/"
    answer = client.post(path, {"counted": 3, "reason": "Torn."}, "json", headers=KEY)
    assert (answer.status_code, answer.json()["free"]) == (200, 3)
    reserve_stock(station=station, lines=[wanted(level.variant, 2)], at=now())
    refused = client.post(path, {"counted": 1, "reason": "Torn."}, "json", headers={"Idempotency-Key": "n" * 16})
    assert (refused.status_code, refused.json()["code"]) == (409, "stock_is_reserved")


def test_a_list_is_imported_over_the_api_and_each_faulty_line_is_named():
    category()
    supplier()
    client = api_client(admin())
    faulty = client.post(
        "/api/v1/product-imports/", {"content": product_list(line(), line(unit="barrel"))}, "json", headers=KEY
    )
    assert (faulty.status_code, faulty.json()["code"]) == (422, "product_list_faulty")
    assert faulty.json()["errors"]["content"][1].startswith(("Line 3", "第3行"))
    answer = client.post(
        "/api/v1/product-imports/", {"content": product_list(line())}, "json", headers={"Idempotency-Key": "n" * 16}
    )
    assert (answer.status_code, answer.json()["lines"]) == (
        201,
        [{"line": 2, "sku": "RICE-25", "outcome": "added"}],
    )


def test_a_workbook_is_imported_over_the_api_and_only_one_of_the_two_forms_is_taken():
    category()
    supplier()
    client = api_client(admin())
    content = write_workbook("products", [COLUMNS, line().split(",")])
    body = {"workbook": base64.b64encode(content).decode()}
    path = "/api/v1/product-imports/"
    answers = [client.post(path, body, "json", headers=KEY) for _ in range(2)]
    assert [(answer.status_code, answer.json()["lines"][0]["outcome"]) for answer in answers] == [(201, "added")] * 2
    assert ProductImport.objects.count() == 1
    for wrong in ({}, {**body, "content": product_list(line())}, {"workbook": "no base64!"}):
        assert client.post(path, wrong, "json", headers={"Idempotency-Key": "n" * 16}).status_code == 400
    broken = {"workbook": base64.b64encode(b"PK\x03\x04").decode()}
    refused = client.post(path, broken, "json", headers={"Idempotency-Key": "o" * 16})
    assert (refused.status_code, refused.json()["code"]) == (422, "product_list_unreadable")


def upload(client, content, key="k" * 16):
    file = SimpleUploadedFile("list.csv", content, "text/csv")
    return client.post(reverse("catalog:import_list"), {"content": file, "key": key})


def test_on_the_page_a_list_is_read_in_once_and_a_faulty_one_shows_its_lines(client):
    category()
    supplier()
    client.force_login(admin())
    refused = upload(client, product_list(line(), line(unit="barrel")).encode())
    assert (refused.status_code, ProductImport.objects.count()) == (422, 0)
    assert "unit" in refused.content.decode()
    done, again = (upload(client, product_list(line()).encode(), key="n" * 16) for _ in range(2))
    made = ProductImport.objects.get()
    assert done.url == again.url == reverse("catalog:import", args=[made.pk])
    assert "RICE-25" in client.get(done.url).content.decode()
    assert upload(client, "大米".encode("gb18030"), key="o" * 16).status_code == 422


def test_on_the_page_a_workbook_is_read_in_and_a_faulty_one_shows_its_lines(client):
    category()
    supplier()
    client.force_login(admin())
    good, bad = (
        [each.split(",") for each in product_list(each).splitlines()] for each in (line(), line(unit="barrel"))
    )
    refused = upload(client, write_workbook("products", bad))
    assert (refused.status_code, ProductImport.objects.count()) == (422, 0)
    assert "unit" in refused.content.decode()
    done = upload(client, write_workbook("products", good), key="n" * 16)
    assert done.url == reverse("catalog:import", args=[ProductImport.objects.get().pk])


def test_the_file_of_all_products_holds_the_prices(client, station):
    price(variant(sku="RICE-25"), 128_00, price_list("CN"))
    client.force_login(partner_of(station))
    text = client.get(reverse("catalog:file")).content.decode("utf-8-sig")
    assert text.splitlines()[1].endswith("RICE-25,,,,piece,1,stocked,CN,1,128.00")
    workbook = client.get(reverse("catalog:file"), {"as": "xlsx"})
    assert workbook.headers["Content-Disposition"] == 'attachment; filename="products.xlsx"'
    [_header, row] = read_workbook(workbook.content, columns=len(COLUMNS))
    assert row.cells[-5:] == ["1", "stocked", "CN", "1", "128.00"]
    program = api_client(partner_of(station))
    assert program.get("/api/v1/product-list/").content.decode("utf-8-sig") == text
    [_header, same] = read_workbook(program.get("/api/v1/product-list/?as=xlsx").content, columns=len(COLUMNS))
    assert same.cells == row.cells
    assert api_client(UserFactory()).get("/api/v1/product-list/").status_code == 403


def test_on_the_page_of_a_warehouse_goods_are_booked_and_low_ones_are_seen(client, station):
    rice, place = variant(sku="RICE-25"), warehouse_for(station)
    client.force_login(clerk_of(station.county))
    path = reverse("stock:warehouse-receive", args=[place.pk])
    body = {"variant": "rice-25", "quantity": "3", "low_stock_at": "10", "reason": "", "key": "k" * 16}
    for _ in range(2):
        assert client.post(path, body).status_code == 303
    level = StockLevel.objects.get(variant=rice)
    assert (level.on_hand, level.is_low) == (3, True)
    assert reverse("stock:level", args=[level.pk]) in client.get(reverse("stock:stock") + "?state=low").content.decode()
