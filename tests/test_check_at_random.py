"""Mistakes drawn at random: a kind of slip in a value of a record, many at once. All are named, and nothing else."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from reconcile.app import main

CURATED = Path(__file__).parent.parent / "fixtures" / "curated"
A, B, C = "outlet-a.csv", "outlet-b.json", "outlet-c.jsonl"
JUDGED, EXPECTED = "reviewed/judgements.jsonl", "reviewed/expected-events.jsonl"
MOST_OF_A_RECORD: Final = 3
Slip = Callable[[random.Random, str], str]


@dataclass(frozen=True)
class Slot:
    """A value in a line of a file; ``subject`` is what only one slip may strike, lest two mistakes make one."""

    file: str
    line: int
    at: int
    text: str
    field: str
    record: str
    subject: str


def exchanged(chance: random.Random, text: str) -> str:
    places = [at for at in range(1, len(text) - 1) if text[at : at + 2].isalpha() and text[at] != text[at + 1]]
    at = chance.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def doubled(chance: random.Random, text: str) -> str:
    at = chance.choice([at for at in range(1, len(text)) if text[at].isalpha()])
    return text[:at] + text[at] + text[at:]


def misspelt(chance: random.Random, text: str) -> str:
    return chance.choice([exchanged, doubled])(chance, text)


def misdated(chance: random.Random, text: str) -> str:
    year, month, rest = text[:4], int(text[5:7]), text[7:]
    century = f"2{chance.randint(1, 9)}{text[2:]}"
    return chance.choice([f"{year}-{month + 12:02}{rest}", century, text.replace("0", "O", 1)])


def miscounted(chance: random.Random, text: str) -> str:
    return chance.choice([f"-{text}", f"{text}x", f"{text}.5", f"l{text}"]) if text != "0" else "-1"


def misplaced(chance: random.Random, text: str) -> str:
    return chance.choice([f"{text}°", text.replace(".", ".."), text.replace(".", ""), text.replace(".", ":")])


def mislinked(chance: random.Random, text: str) -> str:
    return chance.choice([text[4:], text.replace("://", ":/"), text.replace(".example", ". example"), f"{text}%zz"])


SLIPS: Final[dict[str, Slip]] = {
    **dict.fromkeys(
        ("country", "admin1", "admin2", "place", "event_type", "attribution", "group", "measure"), misspelt
    ),
    **dict.fromkeys(("date", "date_start", "date_end", "published_at"), misdated),
    **dict.fromkeys(("killed", "killed_low", "killed_high", "injured", "wounded", "abducted"), miscounted),
    **dict.fromkeys(("lat", "lon"), misplaced),
    "url": mislinked,
    "language": lambda _, text: {"en": "english", "ar": "arabic", "ckb": "kurdish"}[text],
    "best": lambda chance, text: str(int(text) + chance.choice([2, 3, 7])),
    "aggregate": lambda *_: "yep",
    "id": lambda chance, text: text + chance.choice("019"),
    "verdict": lambda chance, text: chance.choice([text.upper(), exchanged(chance, text)]),
}
SUBJECTS: Final = {
    **dict.fromkeys(("country", "admin1", "admin2", "place"), "names"),
    **dict.fromkeys(("date", "date_start", "date_end", "published_at"), "dates"),
    **dict.fromkeys(("killed", "killed_low", "killed_high", "injured", "wounded", "abducted"), "figures"),
    **dict.fromkeys(("best", "group", "measure"), "figures"),
    **dict.fromkeys(("lat", "lon"), "point"),
}


def slots() -> Iterator[Slot]:
    """Every value that a slip can strike, and where it stands."""
    lines = {name: (CURATED / name).read_text(encoding="utf-8").split("\n") for name in (A, B, C, JUDGED, EXPECTED)}
    header = lines[A][0].split(",")
    for number, line in enumerate(lines[A][1:], 2):
        if line.count('"') % 2 or not line:
            continue  # a record that spans two lines
        cells = list(re.finditer(r'(?:^|(?<=,))(?:"[^"]*"|[^,]*)', line))
        for name, cell in zip(header, cells, strict=True):
            yield Slot(A, number, cell.start(), cell[0], name, cells[0][0], SUBJECTS.get(name, name))
    yield from _in_json(lines)
    for name in (JUDGED, EXPECTED):
        for number, line in enumerate(lines[name], 1):
            for match in re.finditer(r'"[abc]-[0-9]{2}"', line):
                yield Slot(name, number, match.start(), match[0], "id", f"{name}:{number}", "line")
            if match := re.search(r'(?<="verdict": )"\w+"', line):
                yield Slot(name, number, match.start(), match[0], "verdict", f"{name}:{number}", "line")


def _in_json(lines: dict[str, list[str]]) -> Iterator[Slot]:
    record = ""
    for number, line in enumerate(lines[B], 1):
        if match := re.search(r'"record_id": "(.*)"', line):
            record = match[1]
        for match in re.finditer(r'"(\w+)": ("[^"]*"|[0-9.]+)(?=[,}]|$)', line):
            yield Slot(B, number, match.start(2), match[2], match[1], record, SUBJECTS.get(match[1], match[1]))
    for number, line in enumerate(lines[C], 1):
        for match in re.finditer(r'"(\w+)": ("[^"]*"|[0-9.]+)', line.partition('"claims"')[0]):
            record = json.loads(line)["record_id"]
            yield Slot(C, number, match.start(2), match[2], match[1], record, SUBJECTS.get(match[1], match[1]))


def drawn(chance: random.Random, count: int) -> list[tuple[Slot, str]]:
    """``count`` slots and what stands there instead."""
    able = [slot for slot in slots() if slot.field in SLIPS and slot.text.strip('"').isascii() and slot.text.strip('"')]
    chance.shuffle(able)
    struck: dict[str, set[str]] = {}
    slips: list[tuple[Slot, str]] = []
    for slot in able:
        inner = slot.text.strip('"')
        done = struck.setdefault(slot.record, set())
        if slot.subject in done or len(done) == MOST_OF_A_RECORD or not _tells(slot, inner, slips):
            continue
        new = SLIPS[slot.field](chance, inner)
        quoted = slot.text.startswith('"') or (slot.file != A and not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", new))
        done.add(slot.subject)
        slips.append((slot, f'"{new}"' if quoted else new))
        if len(slips) == count:
            break
    return slips


def _tells(slot: Slot, inner: str, slips: list[tuple[Slot, str]]) -> bool:
    """Whether a slip in the value can be seen: not in a short name, in words for a number, in all that have it."""
    if slot.field == "event_type" and any(other.text.strip('"') == inner for other, _ in slips):
        return False
    if slot.subject == "names" or slot.field == "event_type":
        return len(inner) >= 5 or slot.field == "country"
    return slot.subject != "figures" or slot.field in ("group", "measure") or inner.isdigit()


def seeded(folder: Path, slips: list[tuple[Slot, str]]) -> list[tuple[str, int, int]]:
    """Make the mistakes; where each must be found."""
    expected = []
    for name in sorted({slot.file for slot, _ in slips}):
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        moved: dict[int, int] = {}
        for slot, new in sorted(
            (one for one in slips if one[0].file == name), key=lambda one: (one[0].line, one[0].at)
        ):
            at = slot.at + moved.get(slot.line, 0)
            line = lines[slot.line - 1]
            lines[slot.line - 1] = line[:at] + new + line[at + len(slot.text) :]
            moved[slot.line] = moved.get(slot.line, 0) + len(new) - len(slot.text)
            expected.append((Path(name).name, slot.line, at + 1))
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return sorted(expected)


@pytest.mark.parametrize("seed", range(12))
def test_thirty_slips_drawn_at_random_are_all_named_and_nothing_else(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "curated"
    shutil.copytree(CURATED, folder)
    slips = drawn(random.Random(seed), 30)
    assert len(slips) == 30
    expected = seeded(folder, slips)
    main(["check", str(folder), "--format", "json", "--today", "2026-11-21", "--quiet"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert sorted((Path(one["file"]).name, one["line"], one["column"]) for one in found) == expected
