"""The state's list of divisions: loaded whole or not at all, again without a change, corrected, and found."""

import datetime as dt
import gzip
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from stations.models import Division, DivisionName
from stations.places.queries import divisions_matching
from stations.places.services import (
    BadFile,
    Edition,
    ImportRunning,
    NotInFile,
    import_divisions,
    import_divisions_and_end_missing,
)
from tests.factories.division_lists import CHAIN, DATA, FIRST, NEXT, loader, the
from tests.factories.stations import StationFactory


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def load(tmp_path):
    return loader(tmp_path)


def counts():
    return {level: Division.objects.filter(level=level).count() for level in Division.LEVELS}


def command(*arguments, **options):
    call_command(
        "import_divisions",
        *map(str, arguments),
        country="CN",
        source="nbs-2023",
        valid_from=FIRST,
        verbosity=0,
        **options,
    )


@pytest.mark.django_db
def test_the_demo_file_gives_four_counties_and_a_second_run_changes_nothing(capsys):
    command(DATA / "demo.csv")
    assert counts() == {"province": 3, "prefecture": 4, "county": 4, "township": 75, "village": 962}
    songyang = the("331124000000", "county")
    below = Division.objects.filter(path__startswith=songyang.path)
    assert songyang.name == "松阳县"
    assert (below.filter(level="township").count(), below.filter(level="village").count()) == (19, 214)
    assert Division.objects.filter(parent=None).exclude(level="province").count() == 0
    capsys.readouterr()
    command(DATA / "demo.csv")
    assert "0 created, 0 changed" in capsys.readouterr().out
    assert DivisionName.objects.count() == 1048


@pytest.mark.django_db
def test_one_code_at_three_levels_is_a_chain_of_three(load):
    load(
        [
            ("350000000000", "province", "福建省", ""),
            ("350500000000", "prefecture", "泉州市", "350000000000"),
            ("350527000000", "county", "金门县", "350500000000"),
            ("350527000000", "township", "金门县", "350527000000"),
            ("350527000000", "village", "金门县", "350527000000"),
        ]
    )
    county, township, village = (the("350527000000", level) for level in ("county", "township", "village"))
    assert (village.parent, township.parent, county.parent) == (township, county, the("350500000000", "prefecture"))
    assert village.path.endswith(f"/{county.pk}/{township.pk}/{village.pk}/")
    with pytest.raises(Division.MultipleObjectsReturned):
        Division.objects.get(code="350527000000")


@pytest.mark.django_db
def test_a_bad_line_names_itself_and_nothing_is_written(tmp_path):
    lines = (DATA / "demo.csv").read_text(encoding="utf-8").splitlines()
    lines[16] = lines[16].rpartition(",")[0] + ",999999999999"
    path = tmp_path / "bad.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CommandError, match="line 17: ") as refusal:
        command(path)
    assert refusal.value.returncode == 1
    assert "999999999999" in str(refusal.value)
    assert Division.objects.count() == DivisionName.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("321324001202", "hamlet", "桥南村", "321324001000"), "unknown level"),
        (("32132400120", "village", "桥南村", "321324001000"), "12 digits"),
        (("３21324001202", "village", "桥南村", "321324001000"), "12 digits"),
        (("321324001202", "village", " ", "321324001000"), "empty"),
        (("321324001202", "village", "桥\x07南村", "321324001000"), "printed"),
        (("321324001202", "village", "桥" * 121, "321324001000"), "longer"),
        (("321324001201", "village", "又一村", "321324001000"), "line 7"),
        (("321324001202", "village", "桥南村", ""), "12 digits"),
        (("330000000000", "province", "浙江省", "320000000000"), "no parent"),
        (("321324001202", "village"), "2 columns"),
    ],
)
def test_every_kind_of_fault_refuses_the_whole_file(load, row, fault):
    with pytest.raises(BadFile) as refusal:
        load([*CHAIN, row])
    [(line, sentence)] = refusal.value.lines
    assert line == 8
    assert fault in sentence
    assert Division.objects.count() == 0


@pytest.mark.django_db
def test_only_the_first_twenty_faults_are_told(load):
    with pytest.raises(BadFile) as refusal:
        load([*CHAIN, *[(f"4{n:011d}", "village", "村", "999999999999") for n in range(30)]])
    assert [line for line, _fault in refusal.value.lines] == list(range(8, 28))
    assert refusal.value.params == {"count": 30}


@pytest.mark.django_db
def test_a_file_with_another_header_or_that_breaks_off_is_refused(load, tmp_path):
    with pytest.raises(BadFile):
        load(CHAIN, header="code;level;name;parent_code")
    whole = gzip.compress((DATA / "demo.csv").read_bytes())
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError):
        command(broken)
    latin = tmp_path / "latin.csv"
    latin.write_bytes("code,level,name,parent_code\n110000000000,province,M\xe4rz,\n".encode("latin-1"))
    with pytest.raises(CommandError):
        command(latin)
    assert Division.objects.count() == 0


@pytest.mark.django_db
def test_plain_and_gzip_files_are_read_alike(tmp_path):
    packed = tmp_path / "demo.csv.gz"
    packed.write_bytes(gzip.compress((DATA / "demo.csv").read_bytes()))
    command(packed)
    assert Division.objects.count() == 1048


@pytest.mark.django_db
def test_a_dry_run_tells_and_writes_nothing(capsys):
    command(DATA / "demo.csv", dry_run=True)
    assert "1048 created" in capsys.readouterr().out
    assert Division.objects.count() == 0


@pytest.mark.django_db
def test_under_a_county_only_it_what_is_below_and_above_is_loaded():
    command(DATA / "demo.csv", under="331124")
    assert counts() == {"province": 1, "prefecture": 1, "county": 1, "township": 19, "village": 214}


@pytest.mark.django_db
def test_under_a_division_that_the_file_lacks_is_refused(load):
    with pytest.raises(NotInFile):
        load(CHAIN, under="110101")
    assert Division.objects.count() == 0


@pytest.mark.django_db
def test_what_the_file_lacks_is_told_and_stays(load):
    load(CHAIN)
    result = load(CHAIN[:-1], on=NEXT)
    assert (result.missing, result.ended) == (1, 0)
    assert result.missing_examples == ["321324001201 village 桑园村"]
    assert the("321324001201", "village")


@pytest.mark.django_db
def test_what_the_file_lacks_ends_when_asked_but_not_where_something_stands(load):
    load([*CHAIN, ("321324002201", "village", "桥南村村民委员会", "321324002000")])
    StationFactory(village=the("321324001201", "village"))
    result = load(CHAIN[:3], on=NEXT, service=import_divisions_and_end_missing)
    assert (result.missing, result.ended) == (4, 2)
    assert set(result.kept_examples) == {"321324001000 township 青阳街道", "321324001201 village 桑园村"}
    assert Division.objects.get(code="321324002201").valid_to == NEXT
    assert DivisionName.objects.get(division__code="321324002201").valid_to == NEXT
    assert load([*CHAIN, ("321324002201", "village", "桥南村", "321324002000")], on=dt.date(2027, 1, 1)).created == 2


@pytest.mark.django_db
def test_a_list_older_than_an_ending_is_refused(load):
    load(CHAIN)
    load(CHAIN[:-1], on=NEXT, service=import_divisions_and_end_missing)
    with pytest.raises(BadFile):
        load(CHAIN, on=dt.date(2025, 1, 1))
    assert Division.objects.filter(code="321324001201").count() == 1


@pytest.mark.django_db
def test_under_a_county_nothing_outside_it_is_missing(load):
    load(CHAIN)
    load([("330000000000", "province", "浙江省", ""), *CHAIN], under="330000000000")
    result = load(CHAIN, under="321324", service=import_divisions_and_end_missing, on=NEXT)
    assert (result.missing, result.ended) == (0, 0)


@pytest.mark.usefixtures("own_database")
def test_of_two_imports_at_once_the_second_is_refused(load):
    inside, go_on = Signal(), Signal()

    def slow_follow():
        return 0

    def tell(_step):
        inside.set()
        go_on.wait(30)

    def first():
        try:
            edition = Edition(country="CN", source="tests", valid_from=FIRST)
            return import_divisions(path=DATA / "demo.csv", edition=edition, follow=slow_follow, tell=tell)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert inside.wait(30)
        with pytest.raises(ImportRunning):
            load(CHAIN)
        assert Division.objects.count() == 0
        go_on.set()
        assert running.result().created == 1048
    assert Division.objects.count() == 1048


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["321324001201", "3213240012", "桑园", "syc", "SY", "sangyuan", "Sang yuan cun"])
def test_a_division_is_found_by_code_name_initials_and_pinyin(load, typed):
    load(CHAIN)
    villages = Division.objects.filter(level="village")
    assert [row.short_name for row in divisions_matching(villages, typed)] == ["桑园村"]
    assert not divisions_matching(villages, f"{typed}9").exists()
