"""Lists of products as files: read in whole or not at all, and written as they are read."""

import io

import pytest
from django.utils.timezone import now
from django.utils.translation import override
from openpyxl import Workbook

from core.workbooks import read_workbook, write_workbook
from orders.catalog.product_list import COLUMNS, MOST_LINES, write_list, write_list_workbook
from orders.catalog.queries import variants_matching, variants_with_prices
from orders.catalog.services import ProductListFaulty, ProductListUnreadable, import_products
from orders.models import PriceItem, Product, ProductImport, Variant
from tests.factories.goods import category, line, price, price_list, product_list, supplier, tomorrow, variant
from tests.factories.stations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelves():
    category()
    supplier()


def read_in(*lines, content=None):
    return import_products(content=content or product_list(*lines), by=UserFactory(), at=now())


def outcomes(made):
    return [row["outcome"] for row in made.lines]


def test_a_list_is_read_in_and_its_products_are_found_and_cost_what_it_says():
    price_list("CN")
    made = read_in(
        line(price_list="CN", price="128.00"),
        line(price_list="CN", min_quantity="10", price="119.50"),
        line(sku="RICE-5", barcode="", label="5 kg", label_zh="5公斤", price_list="CN", price="32.00"),
    )
    assert outcomes(made) == ["added", "changed", "added"]
    assert set(variants_matching(Variant.objects.all(), "dbdm").values_list("sku", flat=True)) == {"RICE-25", "RICE-5"}
    assert sorted(PriceItem.objects.values_list("variant__sku", "min_quantity", "price_minor")) == [
        ("RICE-25", 1, 128_00),
        ("RICE-25", 10, 119_50),
        ("RICE-5", 1, 32_00),
    ]


def test_the_same_list_again_changes_nothing_and_another_name_changes_its_line_only():
    lines = [line(), line(product="OIL", sku="OIL-5", barcode="", name="Oil", name_zh="花生油")]
    read_in(*lines)
    assert outcomes(read_in(*lines)) == ["unchanged", "unchanged"]
    assert outcomes(read_in(line(name_zh="五常大米"), lines[1])) == ["changed", "unchanged"]
    assert variants_matching(Variant.objects.all(), "wuchang").count() == 1
    assert variants_matching(Variant.objects.all(), "dongbei").count() == 0


FAULTY = [
    ({"barcode": "6901234567893"}, "barcode"),
    ({"category": "shoes"}, "shoes"),
    ({"supplier": ""}, "supplier"),
    ({"unit": "barrel"}, "unit"),
    ({"quantity_step": "0"}, "quantity_step"),
    ({"quantity_step": "-1"}, "quantity_step"),
    ({"weight_g": "heavy"}, "weight_g"),
    ({"sku": "NO SPACE"}, "sku"),
    ({"sku": ""}, "sku"),
    ({"name_zh": ""}, "name_zh"),
    ({"name": "a\x07b"}, "name"),
    ({"price_list": "CN", "price": ""}, "price"),
    ({"price_list": "CN", "price": "1.005"}, "2"),
    ({"price_list": "CN", "price": "0.00"}, "above zero"),
    ({"price_list": "CN", "price": "-1.00"}, "above zero"),
    ({"price_list": "nowhere", "price": "1.00"}, "nowhere"),
]


@pytest.mark.parametrize(("values", "word"), FAULTY)
def test_one_faulty_line_is_named_and_nothing_of_the_list_is_taken(values, word):
    price_list("CN")
    with override("en"), pytest.raises(ProductListFaulty) as refused:
        read_in(line(product="OIL", sku="OIL-5", barcode=""), line(**values))
    [(number, fault)] = refused.value.faults
    assert (number, word in fault) == (3, True), fault
    assert (Product.objects.count(), ProductImport.objects.count()) == (0, 0)


def test_every_faulty_line_is_named_in_the_answer():
    with pytest.raises(ProductListFaulty) as refused:
        read_in(line(category="shoes"), line(sku="RICE-5"), line(sku="OK-1", barcode="", unit="barrel"))
    problem = refused.value.problem()
    assert [number for number, _fault in refused.value.faults] == [2, 4]
    assert (problem["code"], problem["params"], len(problem["errors"]["content"])) == (
        "product_list_faulty",
        {"count": 2},
        3,
    )


@pytest.mark.parametrize(
    "second",
    [
        line(sku="OTHER"),
        line(product="OTHER"),
        line(name="Another name", sku="RICE-5", barcode=""),
        line(price_list="CN", price="1.00") + "\r\n" + line(price_list="CN", price="2.00"),
    ],
    ids=["a barcode of two", "an article of two products", "two names", "two prices"],
)
def test_lines_that_contradict_each_other_are_refused(second):
    price_list("CN")
    with pytest.raises(ProductListFaulty):
        read_in(line(), second)
    assert Variant.objects.count() == 0


def test_an_article_does_not_move_to_another_product_nor_a_barcode_to_another_article():
    other = variant(sku="OLD", barcode="6901234567892")
    with pytest.raises(ProductListFaulty):
        read_in(line())
    with pytest.raises(ProductListFaulty):
        read_in(line(sku="OLD"))
    other.refresh_from_db()
    assert other.product.code != "RICE"


def test_a_price_that_applies_does_not_change_and_one_to_come_does():
    price_list("NOW")
    price_list("LATER", valid_from_at=tomorrow())
    read_in(line(price_list="NOW", price="128.00"), line(price_list="LATER", price="130.00"))
    assert outcomes(read_in(line(price_list="LATER", price="131.00"))) == ["changed"]
    with pytest.raises(ProductListFaulty):
        read_in(line(price_list="NOW", price="127.00"))
    assert sorted(PriceItem.objects.values_list("price_minor", flat=True)) == [128_00, 131_00]


def test_prices_of_a_list_are_in_its_currency():
    price_list("JP", currency="JPY")
    read_in(line(price_list="JP", price="2600"))
    assert str(PriceItem.objects.get().price) == "2600"
    with pytest.raises(ProductListFaulty):
        read_in(line(price_list="JP", min_quantity="2", price="26.00"))


@pytest.mark.parametrize("content", ["", "sku,price\r\nA,1.00\r\n", '"open', "a\x00b"])
def test_a_file_that_is_no_list_of_products_is_refused(content):
    with pytest.raises(ProductListUnreadable):
        read_in(content=content or "\r\n")


def test_the_written_list_is_read_again_without_a_change():
    price_list("CN")
    names = {"name": "=SUM(A1)", "name_zh": "-大米 “东北”"}
    read_in(
        line(price_list="CN", price="128.00", **names),
        line(sku="RICE-5", barcode="", unit="gram", quantity_step="500", **names),
    )
    price(Variant.objects.get(sku="RICE-5"), 12_34, price_list("KG"), min_quantity=500)
    written = write_list(variants_with_prices(at=now()))
    assert "'=SUM(A1)" in written
    assert outcomes(read_in(content="\ufeff" + written)) == ["unchanged", "unchanged"]


def workbook(*rows):
    """A workbook of these lines, whose cells are texts or, as a spreadsheet saves them, numbers and formulas."""
    book, out = Workbook(), io.BytesIO()
    for row in [list(COLUMNS), *rows]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def cells(**values):
    """One line as cells; a number stays one."""
    usual = dict(zip(COLUMNS, line().split(","), strict=True))
    return [{**usual, **values}[name] or None for name in COLUMNS]


def test_a_workbook_is_read_in_like_csv_and_its_numbers_are_exact_amounts():
    price_list("CN")
    price_list("KW", currency="KWD")
    made = read_in(
        content=workbook(
            cells(price_list="CN", price=128.1, weight_g=25000, barcode=6901234567892, quantity_step=1),
            cells(price_list="KW", price=1.005),
            cells(price_list="CN", min_quantity=10, price="119.50"),
        )
    )
    assert outcomes(made) == ["added", "changed", "changed"]
    assert sorted(PriceItem.objects.values_list("price_list__code", "min_quantity", "price_minor")) == [
        ("CN", 1, 128_10),
        ("CN", 10, 119_50),
        ("KW", 1, 1_005),
    ]
    assert outcomes(read_in(content=product_list(line(price_list="CN", price="128.10")))) == ["unchanged"]


def test_each_line_of_a_workbook_that_holds_no_plain_values_is_named_and_nothing_is_taken():
    price_list("CN")
    with override("en"), pytest.raises(ProductListFaulty) as refused:
        read_in(
            content=workbook(
                cells(),
                cells(sku="RICE-5", barcode="", price_list="CN", price="=1+1"),
                cells(sku="RICE-6", barcode="", price_list="CN", price=1234567890.1234567),
                cells(sku="RICE-7", barcode="", price_list="CN", price=1.005),
            )
        )
    faults = refused.value.faults
    assert [number for number, _fault in faults] == [3, 4, 5]
    assert "formula" in faults[0][1]
    assert "not exact" in faults[1][1]
    assert "2 decimals" in faults[2][1]
    assert Product.objects.count() == 0


def test_a_workbook_without_the_columns_or_with_too_many_lines_is_refused():
    with pytest.raises(ProductListUnreadable):
        read_in(content=write_workbook("products", [["sku", "price"], ["A", "1.00"]]))
    with pytest.raises(ProductListUnreadable):
        read_in(content=b"PK\x03\x04 and nothing else")
    lines = [line(sku=f"S-{number}", barcode="").split(",") for number in range(MOST_LINES + 1)]
    with override("en"), pytest.raises(ProductListUnreadable) as refused:
        read_in(content=write_workbook("products", [list(COLUMNS), *lines]))
    assert "at most 5000 lines" in str(refused.value)


def test_the_written_workbook_is_read_again_without_a_change_and_no_text_of_it_is_a_formula():
    price_list("CN")
    names = {"name": "=SUM(A1)", "name_zh": "-大米 “东北”"}
    read_in(line(price_list="CN", price="128.00", **names), line(sku="RICE-5", barcode="", **names))
    written = write_list_workbook(variants_with_prices(at=now()))
    [_header, first, _second] = read_workbook(written, columns=len(COLUMNS))
    assert (first.cells[COLUMNS.index("name")], first.cells[-1]) == ("=SUM(A1)", "128.00")
    assert outcomes(read_in(content=written)) == ["unchanged", "unchanged"]
