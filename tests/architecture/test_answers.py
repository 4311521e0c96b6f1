"""An answer of the API is described once, and its example shows every field of it."""

from core.serializers import ReadSerializer
from tests.architecture import source
from tests.architecture.test_refusals import views


def test_the_example_of_an_answer_has_the_fields_of_its_description():
    differing = {
        f"{view.__module__}.{view.__name__}": sorted(set(view.out_example) ^ set(view.Out().fields))
        for view in views()
        if view.Out and view.out_example is not None and set(view.out_example) != set(view.Out().fields)
    }
    assert differing == {}


def test_what_is_read_names_no_attribute_and_a_method_for_one_field():
    """A method wins, so a `source` beside it would never be read."""
    both = [
        f"{shape.__module__}.{shape.__name__}.{name}"
        for shape in subclasses(ReadSerializer)
        for name, field in shape._declared_fields.items()
        if field.source and hasattr(shape, f"get_{name}")
    ]
    assert both == []


#: Lists of payments are long, and read as plain rows: models of them would cost more than the query.
PLAIN_ROWS = ["finance/payments/api/payments.py _row_out", "finance/payments/api/payments.py payment_out"]


def test_no_function_writes_an_answer_beside_its_description():
    written = [
        f"{source.named(path)} {function.name}"
        for path in source.files()
        if source.kind(path) == "api"
        for function in source.functions(path)
        if function.name.endswith("_out")
    ]
    assert sorted(written) == PLAIN_ROWS


def test_tables_of_contents_name_nothing_twice():
    assert [source.named(path) for path in source.files() if "__all__" in path.read_text(encoding="utf-8")] == []


def subclasses(shape: type) -> set[type]:
    return {each for child in shape.__subclasses__() for each in {child, *subclasses(child)}}
