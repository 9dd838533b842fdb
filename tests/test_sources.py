"""Other recorders' layouts: recognised, translated, their errors placed, their later rows obeyed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.actors import Actors
from reconcile.errors import ConfigError, InputErrors, Problem, ReconcileError, UsageError
from reconcile.event_types import EventTypes
from reconcile.groups import Groups
from reconcile.load import Loaded, load
from reconcile.places import Places
from reconcile.sources import SOURCES, Translated, missing, named, recognise, supersede
from reconcile.sources.base import tables
from reconcile.sources.cells import day
from reconcile.sources.custom import read_mapping
from reconcile.sources.gdelt import COLUMNS as GDELT_COLUMNS
from reconcile.sources.gdelt import fips
from reconcile.sources.gtd import release as gtd_release
from reconcile.sources.ucdp_ged import COLUMNS as GED_COLUMNS
from reconcile.sources.ucdp_ged import release as ged_release
from reconcile.tables import LOADED

FORMATS = Path(__file__).parent.parent / "fixtures" / "formats"
DESK = FORMATS.parent / "own-layout"
ACLED, OLD_ACLED, NEW_ACLED = "acled.csv", "acled-v5.csv", "acled-v8.csv"
GED, HEADERLESS_GED = "GEDEvent_v25_1.csv", "GEDEvent_v25_0_3.csv"
GTD, GDELT, IBC, AIRWARS = (
    "globalterrorismdb_0718dist.csv",
    "20160309213000.export.CSV",
    "ibc.csv",
    "airwars-incidents.csv",
)
FILES = {
    ACLED: ("acled", 6), "acled-2025.csv": ("acled", 3), OLD_ACLED: ("acled", 2), NEW_ACLED: ("acled", 2),
    GED: ("ucdp", 5), HEADERLESS_GED: ("ucdp", 2), "ged191.csv": ("ucdp", 2), "ged-41-columns.csv": ("ucdp", 1),
    GTD: ("gtd", 5), GDELT: ("gdelt", 3), IBC: ("ibc", 3), "ibc-resaved.csv": ("ibc", 1), AIRWARS: ("airwars", 2),
}  # fmt: skip


def cells(name: str) -> tuple[list[str] | None, list[list[str]]]:
    """The header (None where the file has none) and the rows of a fixture, without its remarks."""
    raw = (FORMATS / name).read_bytes()
    text = raw.decode("latin-1" if name == GTD else "utf-8-sig")
    delimiter = "\t" if name == GDELT else ","
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if not row[0].startswith("#")]
    return (None, rows) if name in (HEADERLESS_GED, GDELT) else (rows[0], rows[1:])


def table(name: str) -> pl.DataFrame:
    header, rows = cells(name)
    header = header or list(GED_COLUMNS if name == HEADERLESS_GED else GDELT_COLUMNS)
    return pl.DataFrame(
        {column: [row[at].strip() or None for row in rows] for at, column in enumerate(header)},
        schema=dict.fromkeys(header, pl.String),
    )


def translated(name: str, **changes: str | None) -> Translated:
    """The fixture's rows; each of ``changes`` is a column whose cells are all replaced."""
    rows = table(name).with_columns(pl.lit(value, pl.String).alias(column) for column, value in changes.items())
    found = recognise(rows.columns)
    assert found is not None
    return found.source.translate(rows, name)


def record(made: Translated, end: str) -> dict[str, Any]:
    """The one record whose id ends with ``end``."""
    (row,) = [row for row in made.fields.iter_rows(named=True) if str(row["record_id"]).endswith(end)]
    return row


def claims(row: dict[str, Any]) -> dict[tuple[str, str | None], tuple[int | None, int | None, int | None]]:
    return {(one["measure"], one["group"]): (one["low"], one["best"], one["high"]) for one in row["claims"] or []}


def read(*names: str, **options: Any) -> Loaded:
    return load([str(FORMATS / name) for name in names], **options)


def write(folder: Path, name: str, rows: Sequence[Sequence[str]], **options: Any) -> str:
    with (folder / name).open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, **options).writerows(rows)
    return str(folder / name)


def problems(*paths: str, **options: Any) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        load(list(paths), **options)
    return [str(problem) for problem in caught.value.problems]


# --- recognising ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_layout_is_recognised_and_read(name: str) -> None:
    source, height = FILES[name]
    loaded = read(name)
    assert loaded.records.height == height
    assert loaded.records["record_id"].str.starts_with(f"{source}:").all()
    assert loaded.records["outlet"].unique().to_list() == [SOURCES[source].outlet]
    assert any("read as" in note.what for note in loaded.notes)
    header, rows = cells(name)
    assert (found := recognise(header, rows)) is not None
    assert found.source.name == source


@pytest.mark.parametrize("name", FILES)
def test_a_header_is_recognised_in_any_case_and_order(name: str) -> None:
    header, _ = cells(name)
    if header is not None:
        for spelled in (reversed(header), map(str.upper, header), [f" {column} " for column in header]):
            assert (found := recognise(list(spelled))) is not None
            assert found.source.name == FILES[name][0]


def test_our_own_layout_is_never_taken_for_another() -> None:
    assert recognise(["record_id", "outlet", "date", "place", "killed"]) is None
    header, _ = cells(ACLED)
    assert header is not None
    assert recognise([*header, "record_id", "outlet"]) is None
    assert recognise(["id", "date", "country"]) is None
    assert recognise([]) is None


@pytest.mark.parametrize("name", [HEADERLESS_GED, GDELT])
def test_a_headerless_file_is_known_only_by_all_its_marks(name: str) -> None:
    _, rows = cells(name)
    columns = GED_COLUMNS if name == HEADERLESS_GED else GDELT_COLUMNS
    marks = (
        ("id", "year", "type_of_violence", "where_prec", "date_prec", "event_clarity", "latitude", "date_start", "best")
        if name == HEADERLESS_GED
        else ("GlobalEventID", "Day", "MonthYear", "Year", "EventCode", "EventRootCode", "QuadClass", "DATEADDED")
    )
    assert recognise(None, rows) is not None
    assert recognise(None, []) is None
    assert recognise(None, [row[:-1] for row in rows]) is None
    for mark in marks:
        spoilt = [list(row) for row in rows]
        spoilt[-1][columns.index(mark)] = "word"
        assert recognise(None, spoilt) is not None, "a row with a mistake is still a row of the file"
        for row in spoilt:
            row[columns.index(mark)] = "word"
        assert recognise(None, spoilt) is None, mark


@settings(max_examples=200)
@given(st.sampled_from([49, 58, 61]), st.data())
def test_arbitrary_rows_are_no_headerless_source(width: int, data: st.DataObject) -> None:
    cell = st.sampled_from(["", "1", "2", "2016", "20160309", "2016-03-09", "0.5", "abc", "18"])
    row = data.draw(st.lists(cell, min_size=width, max_size=width))
    row[0] = "x"
    assert recognise(None, [row]) is None


def test_a_companion_table_is_named_and_left_out() -> None:
    loaded = read("airwars-incidents.csv", "airwars-victims.csv")
    assert loaded.records.height == 2
    assert any("Airwars' victims, a list of names" in note.what for note in loaded.notes)


@pytest.mark.parametrize(
    "header",
    [
        "post_id,post_status,permalink,code,date,name,language,url,archive_url,media",
        "code,casualty_type_slug,casualty_affiliation_slug,killed_min,killed_max,injured_min,injured_max",
        "incident_id,incident_date,family_id,victim_id,name_en,name_ar,age_years,age_group,killed_or_injured,moh_id",
        "IBC code,Name or Identifying Details,Age,Sex,Marital Status",
        "GlobalEventID,EventTimeDate,MentionTimeDate,MentionType,MentionSourceName",
    ],
)
def test_every_companion_table_is_recognised(header: str) -> None:
    found = recognise(header.split(","))
    assert found is not None
    assert found.source.companion


def test_one_file_gives_the_same_records_as_csv_json_and_parquet(tmp_path: Path) -> None:
    rows = table(GED)
    numbers = [pl.col(name).cast(pl.Int64) for name in ("id", "best", "low", "high", "where_prec", "event_clarity")]
    rows.with_columns(numbers).write_parquet(tmp_path / "GEDEvent_v25_1.parquet")
    (tmp_path / "GEDEvent_v25_1.json").write_text(json.dumps(rows.to_dicts()), encoding="utf-8")
    same = [name for name in LOADED.names() if name not in ("source", "extra")]
    plain = read(GED).records.select(same)
    for kind in ("parquet", "json"):
        assert load([str(tmp_path / f"GEDEvent_v25_1.{kind}")]).records.select(same).equals(plain), kind


# --- laws -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_stated_cell_survives_in_a_field_or_in_extra(name: str) -> None:
    before = table(name)
    loaded = {row["record_id"]: row for row in read(name).records.to_dicts()}
    made = translated(name)
    for row, record_id in zip(made.rows, made.fields["record_id"], strict=True):
        kept = loaded[record_id]
        told = " ".join(str(value) for field, value in kept.items() if field not in ("extra", "source"))
        extra = set(json.loads(kept["extra"]).values())
        for column, cell in before.row(row, named=True).items():
            bare = str(cell).rstrip("0").rstrip(".")
            assert cell is None or cell in extra or cell in told or bare in told, (record_id, column, cell)


@pytest.mark.parametrize("name", FILES)
def test_translating_is_pure(name: str) -> None:
    rows = table(name)
    before = rows.clone()
    found = recognise(rows.columns)
    assert found is not None
    one, two = (found.source.translate(rows, name) for _ in range(2))
    assert rows.equals(before)
    assert one.fields.equals(two.fields)
    assert one.findings == two.findings


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_invented_where_the_cells_are_empty(name: str) -> None:
    kept = {"event_id_cnty", "id", "eventid", "globaleventid", "ibc code", "code", "eventcode", "eventrootcode"}
    rows = table(name)
    empty = {column: None for column in rows.columns if column.lower() not in kept}
    for row in translated(name, **empty).fields.iter_rows(named=True):
        stated = {field for field, value in row.items() if value is not None and field in LOADED.names()}
        assert stated <= {"record_id", "outlet", "event_type", "country"}
        assert "country" not in stated or row["outlet"] == "IBC"
        assert row["event_type"] is None or row["outlet"] == "GDELT"


@settings(max_examples=60)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_whatever_stands_in_a_cell_is_read_or_is_an_error_with_a_place(name: str, data: st.DataObject) -> None:
    rows = table(name)
    odd = st.sampled_from(
        ["-9", "0", "1.5", "9" * 30, "-", "{}", "12/31/2016", "2016-02-30", "x" * 50, "\t;\n", "é\u202e"]
    )
    for column in data.draw(st.lists(st.sampled_from(rows.columns), min_size=1, max_size=4, unique=True)):
        cell = data.draw(odd | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8))
        at = data.draw(st.integers(0, rows.height - 1))
        rows = rows.with_columns(
            pl.when(pl.int_range(pl.len()) == at).then(pl.lit(cell)).otherwise(pl.col(column)).alias(column)
        )
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "rows.parquet")
        rows.write_parquet(path)
        told: Sequence[Problem] = ()
        try:
            assert load([path], source=FILES[name][0]).records.height <= rows.height
        except InputErrors as errors:
            told = errors.problems
        assert all(problem.line is not None for problem in told if "no records" not in problem.what)


def test_a_header_repeated_among_the_rows_is_left_out_with_a_note(tmp_path: Path) -> None:
    header, rows = cells(ACLED)
    assert header is not None
    path = write(tmp_path, "twice.csv", [header, *rows, header, *rows[:0]])
    loaded = load([path])
    assert loaded.records.height == 6
    assert any("header is repeated in 1 row" in note.what and note.line == 8 for note in loaded.notes)


def test_words_for_an_empty_cell_are_empty() -> None:
    assert record(translated(ACLED, notes="NA", actor2="NULL"), "IRQ90003")["text"] is None
    assert translated(GED, best="NaN").fields["killed"].null_count() == 5


# --- ACLED ------------------------------------------------------------------------------------------------


def test_acled_precision_codes_become_days_and_kilometres() -> None:
    made = translated(ACLED)
    assert [(row["date"], row["geo_precision_km"]) for row in made.fields.iter_rows(named=True)] == [
        ("2016-03-09", "5.0"), ("2016-03-20/2016-03-26", "25.0"), ("2016-07-15", "5.0"),
        ("2016-04-01/2016-04-30", "100.0"), ("2016-05-02", "5.0"), ("2016-06-11", "5.0"),
    ]  # fmt: skip
    assert record(made, "NIG90001")["place"] is None, "of precision 3 the location stands in for its region"
    odd = translated(ACLED, geo_precision="9", time_precision="8")
    assert odd.fields["geo_precision_km"].null_count() == 6
    assert [finding.column for finding in odd.findings] == ["geo_precision", "time_precision"]
    assert set(odd.fields["date"].str.len_chars()) == {21}


def test_acled_zero_is_at_least_none_and_never_none() -> None:
    protest, blast = record(translated(ACLED), "IRQ90003"), record(translated(ACLED), "IRQ90001")
    assert (protest["killed"], protest["killed_low"]) == (None, "0")
    assert claims(protest) == {("killed", None): (0, None, None)}
    assert (blast["killed"], blast["killed_low"]) == ("8", None)
    assert claims(blast) == {("killed", None): (None, 8, None)}
    assert "injured" not in blast
    row = read(ACLED).records.filter(pl.col("record_id") == "acled:IRQ90003").row(0, named=True)
    assert (row["killed_low"], row["killed"], row["killed_high"]) == (0, None, None)


def test_acled_sources_are_whom_the_claim_is_attributed_to() -> None:
    (claim,) = record(translated(ACLED), "IRQ90001")["claims"]
    assert claim["attributed_to"] == "Diyala Desk; Northern Wire"
    assert translated(ACLED, source=None).fields["claims"].null_count() == 6


def test_in_acled_both_sides_of_a_battle_are_on_both_sides() -> None:
    clash, blast = record(translated(ACLED), "NIG90002"), record(translated(ACLED), "IRQ90001")
    assert clash["perpetrators"] == clash["targets"]
    assert "; Military Forces of Nigeria (2015-)" in clash["targets"]
    assert blast["perpetrators"] == "Islamic State (Iraq)"
    assert blast["targets"] == "Civilians (Iraq); Vendors (Iraq); Kurdish Ethnic Group (Iraq)"


def test_force_against_protesters_is_by_the_second_actor() -> None:
    row = record(translated(NEW_ACLED), "NIG8004")
    assert row["perpetrators"] == "Police Forces of Nigeria (2015-)"
    assert row["targets"] == "Protesters (Nigeria)"


def test_old_acled_headers_dates_and_types_are_read() -> None:
    old, newer = translated(OLD_ACLED).fields, translated(NEW_ACLED).fields
    assert old["date"].to_list() == ["2011-05-02", "2011-06-17"]
    assert old["event_type"].to_list() == ["Battle-No change of territory", "Riots/Protests"]
    assert old["perpetrators"][1] == "Rioters (Nigeria); Students (Nigeria)"
    assert newer["date"].to_list() == ["2018-07-09", "2018-07-11"]


def test_an_unnamed_actor_is_named_by_its_code_in_figures_or_words() -> None:
    for code in ("5", "Rioters", "rioters"):
        assert translated("acled-2025.csv", actor1=None, inter1=code).fields["perpetrators"][2] == "Rioters"
    assert translated(ACLED, actor1=None, inter1="0").fields["perpetrators"][0] is None


def test_a_sub_event_type_that_says_nothing_gives_way_to_the_type() -> None:
    assert record(translated(ACLED), "NIG90001")["event_type"] == "Violence against civilians"
    assert record(translated(ACLED), "IRQ90003")["event_type"] == "Peaceful protest"


# --- UCDP -------------------------------------------------------------------------------------------------


def test_ucdp_deaths_by_side_are_parts_of_the_best_estimate() -> None:
    made = translated(GED)
    assert claims(record(made, "900001")) == {("killed", None): (6, 7, 9), ("killed", "civilians"): (None, 7, None)}
    fight = record(made, "900002")
    assert claims(fight) == {
        ("killed", None): (10, 12, 12), ("killed", "security forces"): (None, 2, None),
        ("killed", "militants"): (None, 9, None), ("killed", "unknown"): (None, 1, None),
    }  # fmt: skip
    assert fight["claims"][1]["quote"] == "deaths_a 2: Government of Iraq"
    assert fight["claims"][0]["attributed_to"] == "army spokesman; Northern Wire"
    for side in ("Maqbanah tribe", "Police of the Republic of Nowhere"):
        tribes = record(translated(GED, deaths_a="3", side_a=side), "900005")
        assert ("killed", "militants") in claims(tribes), "no side of a non-state conflict is a state's"


def test_ucdp_bounds_out_of_order_are_widened_with_a_note() -> None:
    loaded = read(GED)
    row = loaded.records.filter(pl.col("record_id") == "ucdp:900002").row(0, named=True)
    assert (row["killed_low"], row["killed"], row["killed_high"]) == (10, 12, 12)
    (note,) = [note for note in loaded.notes if "out of order" in note.what]
    assert note.line == 3


def test_the_order_of_low_best_and_high_does_not_matter() -> None:
    assert claims(record(translated("ged191.csv"), "900006"))["killed", None] == (5, 5, 6)
    zero = read(GED).records.filter(pl.col("record_id") == "ucdp:900005").row(0, named=True)
    assert (zero["killed_low"], zero["killed"], zero["killed_high"]) == (0, 0, 4)


def test_ucdp_summary_events_are_aggregates() -> None:
    flags = dict(read(GED).records.select("record_id", "aggregate").iter_rows())
    assert [record_id for record_id, flag in flags.items() if flag] == ["ucdp:900003"]


def test_ucdp_dates_and_places_are_as_wide_as_their_codes_say() -> None:
    made = translated(GED)
    assert [record(made, str(900001 + n))["date"] for n in range(5)] == [
        "2016-03-09", "2016-03-21/2016-03-24", "2016-04-01/2016-04-30", "2016-05-02", "2016-01-01/2016-12-31",
    ]  # fmt: skip
    assert [record(made, str(900001 + n))["geo_precision_km"] for n in range(5)] == [
        "5.0",
        "25.0",
        "35.0",
        "25.0",
        "500.0",
    ]
    assert record(made, "900003")["place"] is None, "from precision 3 on the place is the unit's name"
    assert record(translated(HEADERLESS_GED), "900009")["date"] == "2025-03-11~", "one day, coded as unsure"
    assert translated("ged-41-columns.csv").fields["date"].to_list() == ["2016-04-04/2016-04-10"]


def test_only_one_sided_violence_has_a_perpetrator_of_its_own() -> None:
    made = translated(GED)
    murder, fight = record(made, "900001"), record(made, "900002")
    assert (murder["perpetrators"], murder["targets"], murder["attribution"]) == ("IS", "Civilians", "stated")
    assert (fight["perpetrators"], fight["targets"], fight["attribution"]) == ("Government of Iraq; IS",) * 2 + (None,)


def test_releases_are_in_the_order_in_which_they_came_out() -> None:
    parts = ("191", "Event_v24_0_3", "Event_v24_01_24_03", "Event_v24_0_12", "241-csv", "Event_v25_0_1", "Event_v25_1")
    names = [f"GED{part}.csv" for part in parts]
    found = [ged_release(f"some/folder/{name}") for name in names]
    assert None not in found
    assert found == sorted(found, key=lambda one: one or 0)
    assert len(set(found)) == len(found)
    assert ged_release("ged.csv") is None
    assert ged_release("ged191/mine.csv") is None
    assert gtd_release(GTD) == 201807
    assert gtd_release("gtd.csv") is None


# --- GTD --------------------------------------------------------------------------------------------------


def test_gtd_unknown_codes_are_not_stated() -> None:
    row = record(translated(GTD), "201604000002")
    assert (row["killed"], row["injured"], row["abducted"], row["claims"], row["place"]) == (None,) * 5
    assert row["attribution"] == "suspected"
    assert record(translated(GTD), "201600000004")["killed"] == "0", "a stated 0 stays"
    for unknown in ("-9", "-99", "-9.0", "-99.0", None):
        assert translated(GTD, nwound=unknown).fields["injured"].null_count() == 5
    nobody = record(translated(GTD), "201600000004")
    assert (nobody["perpetrators"], nobody["attribution"]) == (None, "unknown")


def test_gtd_attackers_are_a_part_of_the_killed() -> None:
    row = record(translated(GTD), "201605020003")
    assert claims(row) == {
        ("killed", None): (None, 8, None), ("killed", "attackers"): (None, 3, None), ("injured", None): (None, 4, None),
    }  # fmt: skip
    assert row["abducted"] == "2"
    assert row["targets"] == "Military Forces of Nigeria"
    assert row["geo_precision_km"] == "15.0", "in the vicinity of the town"


def test_gtd_citations_are_whom_the_claim_is_attributed_to() -> None:
    total = record(translated(GTD), "201603090001")["claims"][0]
    assert total["attributed_to"].count("Northern Wire") == total["attributed_to"].count("Diyala Desk") == 1


def test_gtd_dates_lose_the_parts_that_are_zero() -> None:
    made = translated(GTD)
    assert [record(made, end)["date"] for end in ("0001", "0002", "0004", "0005")] == [
        "2016-03-09", "2016-04", "2016", "2016-06-11~",
    ]  # fmt: skip
    rough = translated(GTD, approxdate="spring").fields["date"].to_list()
    assert rough == ["2016-03-09~", "2016-04", "2016-05-02~", "2016", "2016-06-11~"]


def test_a_month_of_thousands_of_digits_is_left_to_be_refused() -> None:
    assert translated(GTD, imonth="6" * 5_000).fields["date"][0].startswith("2016-666")


def test_a_shared_total_in_gtd_is_the_whole_numbers_around_it() -> None:
    row = record(translated(GTD), "201606110005")
    assert (row["killed_low"], row["killed"], row["killed_high"]) == ("1", None, "2")
    assert record(translated(GTD, nkill="3.0"), "201606110005")["killed"] == "3.0"


def test_an_event_id_that_a_spreadsheet_rounded_is_an_error(tmp_path: Path) -> None:
    header, rows = cells(GTD)
    assert header is not None
    rows[1][0] = "2.01604E+11"
    path = write(tmp_path, "gtd.csv", [header, *rows])
    assert problems(path)[0].startswith(f"{path}:3:1: eventid: '2.01604E+11' was rounded by a spreadsheet")


def test_a_file_of_gtd_in_latin_1_is_read_and_noted() -> None:
    loaded = read(GTD)
    text = loaded.records.filter(pl.col("record_id") == "gtd:201600000004")["text"].item()
    assert text.startswith("Café")
    assert any("Windows-1252" in note.what for note in loaded.notes)


# --- GDELT ------------------------------------------------------------------------------------------------


def test_gdelt_keeps_incidents_and_counts_what_it_leaves_out() -> None:
    loaded = read(GDELT)
    assert loaded.records["record_id"].to_list() == ["gdelt:520000001", "gdelt:520000002", "gdelt:520000004"]
    assert loaded.records["source"].str.split(":").list.last().to_list() == ["1", "2", "4"]
    (note,) = [note for note in loaded.notes if "without an incident" in note.what]
    assert note.line == 3
    assert note.what.startswith("1 row ")
    assert loaded.records.select("killed", "injured", "claims").null_count().row(0) == (3, 3, 3)


def test_gdelt_places_actors_and_days_are_read() -> None:
    bomb, police, soldiers = read(GDELT).records.iter_rows(named=True)
    assert [bomb[name] for name in ("place", "admin1", "country", "geo_precision_km")] == [
        "Jalawla",
        "Diyala",
        "Iraq",
        25,
    ]
    assert [soldiers[name] for name in ("place", "admin1", "country", "geo_precision_km")] == [
        None,
        None,
        "Nigeria",
        500,
    ]
    assert (bomb["perpetrators"], bomb["targets"]) == (["Islamic State"], ["Civilians (Iraq)"])
    assert (police["perpetrators"], police["targets"]) == (None, ["Police Forces of Iraq"]), "a country is no actor"
    assert (bomb["date"], bomb["published_at"]) == ("2016-03-09~", "2016-03-09T21:30:00Z")


def test_every_fips_code_is_a_country_that_the_place_table_knows() -> None:
    known = Places.load()
    keys = {name: known.country(name) for name in fips().values()}
    assert len(fips()) == len(set(fips())) > 240
    assert all(keys.values())
    assert [fips()[code] for code in ("IZ", "NI", "NG", "AS", "AU", "GM", "IS", "UP", "KV", "AE")] == [
        "Iraq", "Nigeria", "Niger", "Australia", "Austria", "Germany", "Israel", "Ukraine", "Kosovo",
        "United Arab Emirates",
    ]  # fmt: skip


# --- IBC and Airwars --------------------------------------------------------------------------------------


def test_ibc_gives_one_claim_from_minimum_to_maximum_by_its_sources() -> None:
    market, officer, bodies = read(IBC).records.iter_rows(named=True)
    assert (market["killed_low"], market["killed"], market["killed_high"]) == (6, None, 8)
    assert [one["attributed_to"] for one in market["claims"]] == ["NW 09 Mar; DD 10 Mar"]
    assert (officer["killed"], officer["killed_low"]) == (1, None)
    assert (officer["date"], officer["country"]) == ("2016-03-14/2016-03-15", "Iraq")
    assert [row["aggregate"] for row in (market, officer, bodies)] == [False, False, True]
    assert market["source"].endswith(":13"), "eleven lines of remarks and a header stand above it"
    assert read("ibc-resaved.csv").records["date"].to_list() == ["2013-09-02"]


def test_airwars_counts_groups_from_minimum_to_maximum() -> None:
    house, town = read(AIRWARS).records.iter_rows(named=True)
    assert claims(house) == {
        ("killed", "civilians"): (4, None, 5), ("injured", "civilians"): (None, 3, None),
        ("killed", "children"): (None, 2, None), ("killed", "women"): (1, None, 2),
    }  # fmt: skip
    assert (house["date"], house["attribution"], house["perpetrators"]) == (
        "2016-06-11T02:30",
        "stated",
        ["Saudi-led Coalition"],
    )
    assert town["perpetrators"] == ["Houthi Movement", "Yemeni Armed Forces"]
    assert (town["date"], town["attribution"], town["geo_precision_km"]) == ("2016-06-20/2016-06-22", "suspected", 10)
    assert claims(town)["killed", "civilians"] == (0, None, 2)


# --- vocabulary -------------------------------------------------------------------------------------------


def test_every_event_type_that_a_table_writes_is_one_we_know() -> None:
    kinds = EventTypes.load()
    codes = tables()
    written = [*codes["ucdp_ged"]["type_of_violence"].values(), *codes["gdelt"]["events"].values()]
    written += [kind for kind in codes["gtd"]["attacktype"].values() if kind != "Unknown"]
    assert [kind for kind in written if kinds.resolve(kind) is None] == []
    for code, words in codes["gdelt"]["events"].items():
        assert kinds.resolve(code) in (None, kinds.resolve(words)), code


def test_every_role_is_an_actor_that_we_know_or_nobody() -> None:
    actors, groups = Actors.load(), Groups.load()
    codes = tables()
    names = [*codes["acled"]["inter"].values()]
    names += [
        template.replace("{}", "Iraq")
        for kind in ("gdelt", "gtd")
        for template in codes[kind].get("roles", {}).values()
    ]
    names += [template.replace("{}", "Iraq") for template in codes["gtd"]["targets"].values()]
    keys = {name: actors.resolve(name, 2016).key for name in names if name}
    assert [name for name, key in keys.items() if key is not None and ":" not in key] == []
    assert {groups.resolve(group) for group in codes["airwars"]["groups"].values()} <= {
        "civilians", "children", "women", "men", "fighters",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13/06/2020", "2020-06-13"), ("13 June 2020", "2020-06-13"), ("13-Jun-20", "2020-06-13"),
        ("2-Sep-13", "2013-09-02"), ("09 Mar 2016", "2016-03-09"), ("2020-06-13", "2020-06-13"),
        ("1-Jan-69", "1969-01-01"), ("06/25/2020", None), ("June 2020", None), ("31/02/2020", None), ("", None),
        (f"{2**70}/06/2020", None), (f"13/{'6' * 5_000}/2020", None), ("13/²/2020", None),
    ],
)  # fmt: skip
def test_days_are_read_day_first(text: str, expected: str | None) -> None:
    found = day(text)
    assert (found and found.isoformat()) == expected


@given(st.dates(min_value=date(1970, 1, 1)))
def test_a_day_is_read_back_from_each_of_its_spellings(when: date) -> None:
    for spelling in ("%d/%m/%Y", "%d %B %Y", "%d-%b-%Y", "%Y-%m-%d"):
        assert day(when.strftime(spelling).replace(when.strftime("%Y"), f"{when.year:04}")) == when


# --- errors have a place ----------------------------------------------------------------------------------


def test_errors_point_at_the_cell_of_the_original(tmp_path: Path) -> None:
    header, rows = cells(ACLED)
    assert header is not None
    at = {name: header.index(name) for name in ("fatalities", "latitude", "event_date", "event_id_cnty")}
    rows[1][at["fatalities"]] = "many dead"
    rows[2][at["latitude"]] = "95.5"
    rows[3][at["event_date"]] = "06/25/2016"
    rows[4][at["event_id_cnty"]] = ""
    path = write(tmp_path, "acled.csv", [header, *rows])
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    found = problems(path)
    wanted = [
        (3, lines[2].index("many dead"), "fatalities, read as killed: 'many dead'"),
        (4, lines[3].index("95.5"), "latitude, read as lat: 95.5"),
        (5, lines[4].index("06/25/2016"), "event_date, read as date: '06/25/2016'"),
        (6, 0, "event_id_cnty, read as record_id: is empty"),
    ]
    assert len(found) == len(wanted)
    for problem, (line, column, what) in zip(found, wanted, strict=True):
        assert problem.startswith(f"{path}:{line}:{column + 1}: {what}")


def test_errors_have_their_place_behind_rows_that_are_left_out(tmp_path: Path) -> None:
    _, rows = cells(GDELT)
    rows[3][GDELT_COLUMNS.index("ActionGeo_Lat")] = "north"
    path = write(tmp_path, "gdelt.csv", rows, delimiter="\t", quoting=csv.QUOTE_NONE)
    column = "\t".join(rows[3]).index("north") + 1
    (problem,) = problems(path)
    assert problem.startswith(f"{path}:4:{column}: ActionGeo_Lat, read as lat: 'north' is not a number")


def test_a_figure_that_only_a_claim_holds_is_checked_too(tmp_path: Path) -> None:
    header, rows = cells(GED)
    assert header is not None
    rows[0][header.index("deaths_a")] = "some"
    path = write(tmp_path, "ged.csv", [header, *rows])
    (problem,) = problems(path)
    assert "deaths_a: 'some' is not a whole number" in problem
    assert problem.startswith(f"{path}:2:")


# --- several rows of one id -------------------------------------------------------------------------------


def test_a_later_row_supersedes_an_earlier_one_whatever_the_order_of_files() -> None:
    for names in ((ACLED, "acled-2025.csv"), ("acled-2025.csv", ACLED)):
        loaded = read(*names)
        row = loaded.records.filter(pl.col("record_id") == "acled:NIG90002").row(0, named=True)
        assert row["killed"] == 6
        assert loaded.records.height == 8
        (note,) = [note for note in loaded.notes if "earlier version" in note.what]
        assert (note.file, note.line) == (str(FORMATS / ACLED), 6)


def test_a_deleted_row_is_taken_back_with_a_note() -> None:
    before, after = read("acled-2025.csv"), read("acled-2025.csv", "acled-deleted.csv")
    assert set(before.records["record_id"]) - set(after.records["record_id"]) == {"acled:YEM90002"}
    assert any("which ACLED has deleted" in note.what and note.line == 3 for note in after.notes)


def test_a_row_that_is_younger_than_its_deletion_stays(tmp_path: Path) -> None:
    feed = write(tmp_path, "deleted.csv", [["event_id_cnty", "deleted_timestamp"], ["YEM90002", "1700000000"]])
    assert load([feed, str(FORMATS / "acled-2025.csv")]).records.height == 3


def test_the_same_row_twice_is_one_row_with_a_note(tmp_path: Path) -> None:
    header, rows = cells(IBC)
    assert header is not None
    loaded = load([write(tmp_path, "ibc.csv", [header, *rows, rows[0]])])
    assert loaded.records.height == 3
    assert any("1 repetition" in note.what for note in loaded.notes)


def test_two_rows_of_one_version_that_differ_are_an_error(tmp_path: Path) -> None:
    header, rows = cells(IBC)
    assert header is not None
    other = [*rows[0][:7], "99", *rows[0][8:]]
    path = write(tmp_path, "ibc.csv", [header, *rows, other])
    (problem,) = [one for one in problems(path) if "record_id" in one]
    assert problem.startswith(f"{path}:5: record_id: 'ibc:k90001' says something else at {path}:2")


def test_the_yearly_release_supersedes_an_older_one() -> None:
    loaded = read("ged191.csv", GED)
    row = loaded.records.filter(pl.col("record_id") == "ucdp:900001").row(0, named=True)
    assert (row["killed"], row["killed_high"]) == (7, 9)


def _versions(rows: list[tuple[int, int | None]]) -> pl.DataFrame:
    frame = LOADED.to_frame().clear(len(rows))
    return frame.with_columns(
        pl.Series("record_id", [f"r{one}" for one, _ in rows], dtype=pl.String),
        pl.Series("text", [str(version) for _, version in rows], dtype=pl.String),
        pl.Series("source", [f"f.csv:{line}" for line in range(2, len(rows) + 2)], dtype=pl.String),
        pl.Series("version", [version for _, version in rows], dtype=pl.Int64),
    )


@given(
    st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 4)), max_size=12),
    st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 4)), max_size=4),
    st.randoms(use_true_random=False),
)
def test_of_each_id_the_greatest_version_holds_in_any_order(
    rows: list[tuple[int, int | None]], gone: list[tuple[int, int | None]], random: Any
) -> None:
    deleted = pl.DataFrame(
        {"record_id": [f"r{one}" for one, _ in gone], "version": [version for _, version in gone]},
        schema={"record_id": pl.String, "version": pl.Int64},
    )
    expected = {}
    for one, version in rows:
        ends = [end for other, end in gone if other == one]
        if any(end is None or version is None or version <= end for end in ends):
            continue
        key = -1 if version is None else version
        expected[one] = max(expected.get(one, -2), key)
    for _ in range(2):
        settled = supersede(_versions(rows), deleted)
        held = [pair for pair, keep in zip(rows, settled.keep, strict=True) if keep]
        assert {one: -1 if version is None else version for one, version in held} == expected
        assert len(held) == len(expected)
        assert settled.problems == []
        random.shuffle(rows)


# --- the user's own layout --------------------------------------------------------------------------------


def test_a_users_own_layout_is_a_dozen_lines() -> None:
    loaded = load([str(DESK / "desk.csv"), str(FORMATS / ACLED)], source=str(DESK / "desk.toml"))
    first, second = loaded.records.filter(pl.col("outlet") == "Our desk").iter_rows(named=True)
    assert (first["record_id"], first["date"], first["country"]) == ("desk:17", "2016-03-09", "Iraq")
    assert first["targets"] == ["market vendors", "shoppers"]
    assert (first["event_type"], first["killed_low"], first["killed"], first["injured"]) == ("car bomb", 6, None, 15)
    assert (second["date"], second["perpetrators"], second["injured"]) == ("2016-03-14/2016-03-15", None, None)
    assert json.loads(first["extra"]) == {"Remarks": "two sources"}
    assert loaded.records.height == 8, "the other file is still ACLED's"


def test_a_mapping_that_is_wrong_is_told_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(
        'outlt = "Desk"\ndates = "year first"\nunknown = "-"\n[fields]\nplce = "Town"\nkilled = 5\n'
        '[values.event_typ]\na = "b"\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        read_mapping(str(path))
    told = str(caught.value)
    for part in (
        "1:1: unknown key 'outlt' (did you mean 'outlet'?)", "2:9: dates: 'year first'",
        "3:11: unknown is no list of texts", "5:1: [fields] unknown field 'plce' (did you mean 'place'?)",
        "6:10: [fields] is no table of texts", "'event_typ' (did you mean 'event_type'?)",
    ):  # fmt: skip
        assert part in told, part
    path.write_text('outlet = "Desk"\n[fields]\nplace = "Town"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="no column for record_id") as caught:
        read_mapping(str(path))
    assert "no date (give one of" in str(caught.value)
    assert all(line.startswith(str(path)) for line in told.splitlines())


def test_a_mapping_that_fits_no_file_says_which_column_it_misses(tmp_path: Path) -> None:
    path = write(tmp_path, "mine.csv", [["Case no", "place"], ["1", "Kirkuk"]])
    assert any("no column 'armed_actor'" in one for one in problems(path, source=str(DESK / "desk.toml")))


def test_an_outlet_may_be_a_column_and_dates_american(tmp_path: Path) -> None:
    mapping = tmp_path / "press.toml"
    mapping.write_text(
        'dates = "month first"\n[fields]\nrecord_id = "n"\noutlet = "paper"\ndate = "when"\n', encoding="utf-8"
    )
    path = write(
        tmp_path, "press.csv", [["n", "paper", "when"], ["1.0", "Daily", "06/25/2020"], ["2", "Echo", "2020-06"]]
    )
    rows = load([path], source=str(mapping)).records
    assert rows.select("record_id", "outlet", "date").rows() == [
        ("press:1", "Daily", "2020-06-25"), ("press:2", "Echo", "2020-06"),
    ]  # fmt: skip


def test_source_names_are_checked() -> None:
    assert named("own") is None
    assert named("ucdp") is SOURCES["ucdp"]
    with pytest.raises(UsageError, match="did you mean 'acled'"):
        named("acledd")
    with pytest.raises(ReconcileError):
        named("/nowhere/mapping.toml")
    assert missing(SOURCES["gtd"], ["eventid"]) == "no column 'iyear', which GTD's rows need"


def test_source_reads_a_file_that_its_header_does_not_give_away(tmp_path: Path) -> None:
    rows = [["EVENT_ID_CNTY", "EVENT_DATE", "COUNTRY", "FATALITIES"], ["IRQ1", "9 March 2016", "Iraq", "3"]]
    path = write(tmp_path, "extract.csv", rows)
    assert recognise(rows[0]) is None
    (row,) = load([path], source="acled").records.iter_rows(named=True)
    assert (row["record_id"], row["date"], row["killed"]) == ("acled:IRQ1", "2016-03-09", 3)
    assert "record_id" in " ".join(problems(path, source="own"))


def test_own_records_beside_sources_are_still_unique(tmp_path: Path) -> None:
    path = write(
        tmp_path, "z.csv", [["record_id", "outlet", "date"], *[["gdelt:520000004", "Daily", "2016-03-08"]] * 2]
    )
    found = problems(path, str(FORMATS / GDELT))
    # In the order of the files' names, wherever they are.
    places = {path: [f"{path}:2:1", f"{path}:3:1"], str(FORMATS / GDELT): [f"{FORMATS / GDELT}:4"]}
    expected = [place for name in sorted(places) for place in places[name]][1:]
    assert all(problem.startswith(place) for problem, place in zip(found, expected, strict=True))


def test_the_docs_give_the_kilometres_of_every_code() -> None:
    text = (FORMATS.parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")
    stated = [
        tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in text.splitlines() if line.startswith("|")
    ]
    told = {(row[0], row[2]): row[4] for row in stated if len(row) == 5}
    tables_of = {
        "acled": "geo_precision_km",
        "ucdp_ged": "where_prec_km",
        "gtd": "specificity_km",
        "gdelt": "geo_type_km",
    }
    for source, name in tables_of.items():
        for code, km in tables()[source][name].items():
            assert told[source, code] == str(km), (source, code)
