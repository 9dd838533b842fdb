"""What is said of outlets that are one voice, and of events that sum up others."""

from __future__ import annotations

import polars as pl

from reconcile.coverage import Coverage
from reconcile.discrepancies.links import copied, covering
from reconcile.voices import Voices


def rows(*told: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(told), schema=["event_id", "record_id", "outlet"], orient="row")


def voices(heard: list[tuple[str, str, str]], why: list[tuple[str, str, str, str]]) -> Voices:
    text = pl.String
    return Voices(
        pl.DataFrame(heard, schema=dict.fromkeys(("event_id", "outlet", "voice"), text), orient="row"),
        pl.DataFrame(why, schema=dict.fromkeys(("event_id", "left", "right", "why"), text), orient="row"),
    )


def test_each_voice_of_several_outlets_is_told_with_its_reasons() -> None:
    told = rows(("e", "r3", "Geo"), ("e", "r1", "Dawn"), ("e", "r2", "Dawn"), ("e", "r4", "AFP"), ("f", "r5", "Dawn"),
                ("f", "r6", "Geo"), ("e", "r7", "AP"), ("e", "r8", "Bas"))  # fmt: skip
    heard = voices(
        [("e", "AFP", "AFP"), ("e", "AP", "AP"), ("e", "Bas", "AP"), ("e", "Dawn", "Dawn"), ("e", "Geo", "Dawn"),
         ("f", "Dawn", "Dawn"), ("f", "Geo", "Geo")],
        [("e", "AP", "Bas", "both give one URL"), ("e", "Dawn", "Geo", "the same words")],
    )  # fmt: skip
    one, two = copied(told, heard)
    assert (one.event_id, one.name, one.field) == ("e", "copied", "voice AP")
    assert one.message == "AP, Bas are one voice (AP and Bas: both give one URL)"
    assert one.said == [("r7", "AP"), ("r8", "Bas")]
    assert (two.field, two.message) == ("voice Dawn", "Dawn, Geo are one voice (Dawn and Geo: the same words)")
    assert two.said == [("r1", "Dawn"), ("r2", "Dawn"), ("r3", "Geo")]


def test_of_many_reasons_the_first_four_are_told() -> None:
    outlets = "ABCDEF"
    told = rows(*(("e", f"r{one}", one) for one in outlets))
    why = [("e", "A", other, "the same words") for other in outlets[1:]]
    (one,) = copied(told, voices([("e", outlet, "A") for outlet in outlets], why))
    reasons = "; ".join(f"A and {other}: the same words" for other in "BCDE")
    assert one.message == f"A, B, C, D, E, F are one voice ({reasons})"


def test_what_covers_others_is_told_with_its_sums() -> None:
    told = rows(("m", "r1", "OHCHR"), ("m", "r2", "Dawn"), ("n", "r3", "Geo"))
    found = covering(
        told, [Coverage("m", ("a", "b"), ("killed: 1 + 2 = 3 of 3", "injured: 1 of 1")), Coverage("n", ("a",), ())]
    )
    assert found.select("event_id", "name", "field", "message").rows() == [
        ("m", "part-of", "covers", "covers 2 events listed by themselves. killed: 1 + 2 = 3 of 3; injured: 1 of 1"),
        ("n", "part-of", "covers", "covers 1 event listed by themselves. it states no figure of its own"),
    ]
    assert found["records"].to_list() == [["r1", "r2"], ["r3"]]
    assert found["values"].to_list() == [["OHCHR", "Dawn"], ["Geo"]]
