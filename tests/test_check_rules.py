"""The rules of ``check`` one by one: what they find, and what they leave alone."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.app import main
from reconcile.check.links import why_malformed
from reconcile.check.quotes import judgeable, said, says
from reconcile.lookups import builtin_rows
from reconcile.places.ground import ground
from reconcile.vague import VAGUE

BASE: dict[str, Any] = {"record_id": "r1", "outlet": "A", "date": "2021-03-10", "published_at": "2021-03-11"}


def found(tmp_path: Path, capsys: pytest.CaptureFixture[str], *records: dict[str, Any], config: str = "") -> list[Any]:
    """Rule and field of each finding in records as JSONL."""
    lines = [json.dumps({**BASE, **record}, ensure_ascii=False) for record in records]
    (tmp_path / "records.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "reconcile.toml").write_text(config, encoding="utf-8")
    main(["check", str(tmp_path), "--format", "json", "-q", "--today", "2022-01-01"])
    document = json.loads(capsys.readouterr().out)
    return [(one["rule"], one["field"], one["line"]) for one in document["findings"]]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"date": "2022-01-02", "published_at": None}, [("V001", "date", 1)]),
        ({"date": "2022-01-01", "published_at": None}, []),
        ({"date": "2021-12-30/2022-01-05", "published_at": None}, []),
        ({"published_at": "2022-02-02"}, [("V001", "published_at", 1)]),
        ({"date": "1969-12-31", "published_at": None}, [("V002", "date", 1)]),
        ({"date": "2021-03-12"}, [("V003", "date", 1)]),
        ({"date": "2021-03"}, []),
        ({"date": "2021-03-10/2021-03-12"}, [("V003", "date", 1)]),
        ({"date": "../2021-03-12"}, [("V003", "date", 1)]),
        ({"date": None, "date_start": "2021-03-10", "date_end": "2021-03-20"}, [("V003", "date", 1)]),
        ({"date": "2001-03-10"}, [("V023", "date", 1)]),
        ({"claims": [{"measure": "killed", "best": 1, "as_of": "2021-03-09"}]}, [("V022", "claims.0.as_of", 1)]),
        ({"claims": [{"measure": "killed", "best": 1, "as_of": "2023-03-09"}]}, [("V001", "claims.0.as_of", 1)]),
        ({"lat": 0, "lon": 0}, [("V007", "lat", 1)]),
        ({"country": "Syria", "lat": 33.3, "lon": 44.4}, [("V004", "lat", 1)]),
        ({"country": "Iraq", "lat": 44.4, "lon": 33.3}, [("V006", "lat", 1)]),
        ({"country": "Iraq", "place": "Mosul", "lat": 36.3, "lon": 43.1}, []),
        ({"country": "Iraq", "place": "Mosul", "lat": 33.3, "lon": 44.4}, [("V005", "lat", 1)]),
        ({"country": "Iraq", "place": "Mosul", "lat": 33.3, "lon": 44.4, "geo_precision_km": 400}, []),
        ({"country": "Iraq", "place": "Mosul", "lat": 36.3, "lon": 4.31}, [("V004", "lon", 1)]),
        ({"country": "Yemen", "lat": 13.5, "lon": 42.0}, []),
        ({"country": "Atlantis"}, [("V016", "country", 1)]),
        ({"country": "IRQ"}, []),
        ({"country": "العراق"}, []),
        ({"event_type": "unknown"}, []),
        ({"language": "zh-Hant"}, []),
        ({"language": "xx"}, [("V019", "language", 1)]),
        ({"geo_precision_km": 5}, [("V020", "geo_precision_km", 1)]),
        ({"killed": 1001}, [("V010", "killed", 1)]),
        ({"killed": 1001, "aggregate": True}, []),
        ({"killed_low": 3, "killed": 2}, [("V009", "killed_low", 1)]),
        ({"killed_low": 2, "killed": 9, "killed_high": 4}, [("V009", "killed", 1)]),
        ({"killed_low": 2, "killed": 3, "killed_high": 1}, [("V009", "killed_high", 1)]),
        ({"killed": 7, "claims": [{"measure": "killed", "group": "police", "best": 9}]}, [("V008", "killed", 1)]),
        ({"killed": 7, "claims": [{"measure": "killed", "group": "police", "best": 5}]}, []),
        ({"killed": 7, "claims": [{"measure": "killed", "best": 7, "quote": "seven dead"}]}, []),
        ({"killed": 9, "claims": [{"measure": "killed", "best": 7, "quote": "seven dead"}]}, [("F010", "killed", 1)]),
        ({"killed": 9, "claims": [{"measure": "killed", "best": 7, "quote": "nine dead"}]},
         [("V011", "claims.0.best", 1)]),
        ({"killed": 7, "claims": [{"measure": "killed", "best": 7, "quote": "nine dead"}]},
         [("V011", "claims.0.quote", 1)]),
        ({"language": "fr", "claims": [{"measure": "killed", "best": 7, "quote": "neuf morts"}]}, []),
        ({"claims": [{"measure": "killed", "best": 7}, {"measure": "killed", "best": 7}]},
         [("V021", "claims.1", 1)]),
        ({"kiled": 3}, [("F002", "kiled", 1)]),
        ({"deaths": 3}, [("F003", "deaths", 1)]),
        ({"country": "Iran", "admin1": "Diyala", "admin2": "Khanaqin"}, [("V004", "country", 1)]),
    ],
    ids=str,
)  # fmt: skip
def test_a_record_is_found_wrong_where_it_is_and_only_there(
    record: dict[str, Any], expected: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(tmp_path, capsys, record) == expected


URL = "https://a.example.org/1"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"url": URL}, {"url": URL, "published_at": "2021-03-12"}, ["V013"]),
        ({"url": URL}, {"url": "http://www.a.example.org/1/#top", "published_at": "2021-03-12"}, ["V013"]),
        ({"url": URL}, {"url": URL, "date": "2021-03-01"}, []),
        ({"url": URL}, {"url": URL, "outlet": "B", "published_at": "2021-03-12"}, []),
        ({"title": "Two shot dead in Hawija"}, {"title": "Two shot dead in Hawja"}, ["V014"]),
        ({"title": "Two shot dead in Hawija"}, {"title": "Ten shot dead in Hawija"}, []),
        ({"title": "Two shot dead in Hawija"}, {"title": "Two shot dead in Hawija", "date": "2021-03-05"}, []),
        ({"title": "Two shot dead in Hawija"}, {"title": "Two shot dead in Hawija", "outlet": "B"}, []),
        ({"title": "Two shot dead"}, {"title": "Two shot dead", "published_at": "2021-03-12"}, []),
        ({"place": "Dara", "killed": 3}, {"place": "Dara", "killed": 3}, ["V014"]),
        ({"place": "Dara"}, {"place": "Dara"}, []),
        ({"title": "Bomb in Dara", "url": URL}, {"title": "Bomb in Dara", "url": URL}, ["V014"]),
    ],
    ids=str,
)
def test_two_records_of_one_outlet(
    one: dict[str, Any], other: dict[str, Any], expected: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = [rule for rule, _, line in found(tmp_path, capsys, one, {**other, "record_id": "r2"}) if line == 2]
    assert rules == expected


def test_stale_data_are_found_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = "[check]\nstale-after-days = 30\n"
    assert found(tmp_path, capsys, {}, config=config) == [("V015", None, 1)]
    assert found(tmp_path, capsys, {"published_at": "2021-12-20"}, config=config) == []


@pytest.mark.parametrize(
    ("quote", "figure", "answer"),
    [
        ("six villagers", 6, True), ("six villagers", 5, False), ("two hundred and five people", 205, True),
        ("twenty-five", 25, True), ("1,200 detained", 1200, True), ("٧ قتلى", 7, True), ("a policeman", 1, True),
        ("two policemen", 1, False), ("both of them", 2, True), ("a dozen", 12, True), ("two dozen men", 24, True),
        ("dozens hurt", 40, True), ("dozens hurt", 4, False), ("nobody was hurt", 0, True), ("two were hurt", 0, False),
        ("three men and two women", 5, True), ("a woman and two children", 3, True), ("some villagers", 4, False),
        ("more than 30", 31, True), ("seven dead and seven wounded", 7, True), ("villagers", 4, False),
        ("in 2014, four died", 4, True), ("4,5", 45, False),
    ],
)  # fmt: skip
def test_a_quote_says_its_number_or_not(quote: str, figure: int, answer: bool) -> None:
    assert says(said(quote, VAGUE), figure, figure, figure) is answer


@given(st.integers(0, 9_999_999), st.sampled_from(["{} people", "killed {}", "({})", "at least {} of them"]))
def test_a_quote_with_the_figure_in_it_always_says_it(number: int, form: str) -> None:
    for text in (str(number), f"{number:,}"):
        assert says(said(form.format(text), VAGUE), number, number, number)


@given(st.text(max_size=300), st.integers(0, 1000))
def test_any_text_can_be_a_quote(text: str, number: int) -> None:
    assert says(said(text, VAGUE), number, number, number) in (True, False)
    assert judgeable(text, None) in (True, False)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org", "http://example.org:8080/a?b=c#d", "https://user@example.org/", "https://خبر.example/متن",
        "HTTPS://EXAMPLE.ORG/%D8%A7", "https://192.0.2.7/x", "https://a-b.example.co.uk/x_(y)", "https://example.org.",
    ],
)  # fmt: skip
def test_good_urls(url: str) -> None:
    assert why_malformed(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "htps://example.org", "https:/example.org", "https//example.org", "ftp://example.org",
        "https://", "https:///x", "https://exa mple.org", "https://example", "https://example.org/a b",
        "https://example.org/%zz", "https://example..org", "https://-a.org", "https://example.org:99999/",
        "https://example.org:x/", "https://300.1.1.1/", "https://example,org", "https://example.org/<b>",
        "javascript:1", "https://example.org/\u202ea", "https://example.1",
    ],
)  # fmt: skip
def test_malformed_urls(url: str) -> None:
    assert why_malformed(url) is not None


@given(st.text(max_size=60))
def test_any_text_can_be_asked_for_its_faults_as_a_url(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.org/{text}"):
        why = why_malformed(url)
        assert why is None or re.fullmatch(r"[a-z].*", why)


def test_every_listed_place_with_coordinates_lies_in_its_country() -> None:
    from reconcile.places import Countries

    countries = Countries()
    rows = [row for _, row in builtin_rows("places.csv") if row["lat"] and row["country"]]
    assert len(rows) > 100
    for row in rows:
        key = countries.key(row["country"])
        assert key is not None
        assert ground().holds(key, float(row["lat"]), float(row["lon"])), row


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_ground_is_the_same_on_both_sides_of_the_date_line_and_grows_with_imprecision(lat: float, lon: float) -> None:
    for country in ("iraq", "fiji", "russia", "chile"):
        if ground().covers(country):
            here = ground().holds(country, lat, lon)
            assert here == ground().holds(country, lat, lon + 360 if lon < 0 else lon - 360)
            assert not here or ground().holds(country, lat, lon, 500.0)


def test_the_cells_are_a_grid() -> None:
    for _, row in builtin_rows("country_cells.csv"):
        south, west, east = int(row["south"]), int(row["west"]), int(row["east"])
        assert -90 <= south < 90
        assert -180 <= west < east <= 180


def test_today_is_the_computers_day_unless_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "records.csv"
    path.write_text(f"record_id,outlet,date\n1,A,{date.today().isoformat()}\n2,A,2999-01-01\n")
    assert main(["check", str(path), "-q"]) == 1
    text = capsys.readouterr().out
    assert text.count("V001") == 2  # the finding and its line in the summary
    assert main(["check", str(path), "-q", "--today", "3000-01-01"]) == 0


def test_the_action_hands_its_inputs_to_the_shell_as_variables_only() -> None:
    text = (Path(__file__).parent.parent / "action.yml").read_text(encoding="utf-8")
    blocks = re.findall(r"run: \|\n((?:        .*\n|\n)+)", text)
    assert len(blocks) == 2
    assert not any("${{" in block for block in blocks)


def test_several_mistakes_of_a_source_are_not_found_in_files_of_recorders(capsys: pytest.CaptureFixture[str]) -> None:
    formats = Path(__file__).parent.parent / "fixtures" / "formats"
    assert main(["check", str(formats), "-q", "--fail-on", "info", "--today", "2026-11-21"]) == 0
    assert "no findings" in capsys.readouterr().out
