"""``reconcile train``: from judgements, truth or nothing but the records, to a model that the next run takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.app import main
from reconcile.model import load_model

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("option", [["--unsupervised"], ["--judgements", "verdicts.jsonl"], ["--truth", "truth.csv"]])
def test_train_writes_a_model_that_the_next_run_takes(
    option: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dara = ["rudaw-2020-06-14-dara", "k24-2020-06-14-dara"]
    Path("verdicts.jsonl").write_text(
        f'{{"left": "{dara[0]}", "right": "{dara[1]}", "verdict": "same"}}\n'
        f'{{"left": "{dara[0]}", "right": "k24-2020-05-mekhas", "verdict": "different"}}\n'
    )
    Path("truth.csv").write_text(
        "record_id,event_id\nrudaw-2020-06-14-dara,1\nk24-2020-06-14-dara,1\nkirkuknow-62501-dara,2\n"
    )
    records = str(ROOT / "fixtures" / "khanaqin")
    assert main(["train", records, "-o", "model.json", *option]) == 0
    assert load_model("model.json").training
    assert main(["merge", records, "-o", "events.json", "--model", "model.json"]) == 0


def test_training_wants_exactly_one_teacher(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["train", str(ROOT / "fixtures" / "khanaqin"), "-o", str(tmp_path / "m.json")]) == 2
    assert "learn from one of" in capsys.readouterr().err
