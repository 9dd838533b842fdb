"""The match model: plain JSON, additive. A pair's weight (log-odds) is the prior plus one named part a comparison.

A part is a table over the levels of one comparison, or of two that interact (Lou et al. 2013, "Accurate intelligible models
with pairwise interactions"). Nothing but look-ups and one sum in a fixed order happens here, so the parts shown add up
to the weight exactly.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.block import Window
from reconcile.compare import BY_NAME
from reconcile.errors import ConfigError

FORMAT: Final = "reconcile-model/1"
_MOST_BYTES: Final = 20_000_000
_LARGEST: Final = 100.0  # log-odds; no table may hold more


@dataclass(frozen=True)
class Part:
    """A named summand of the weight: a table over the levels of one or two comparisons."""

    name: str
    comparisons: tuple[str, ...]
    weights: npt.NDArray[np.float64]

    @property
    def title(self) -> str:
        """The part in plain words."""
        return " together with ".join(BY_NAME[name].title for name in self.comparisons)

    def describe(self, levels: Mapping[str, int]) -> str:
        """The levels that a pair shows, in plain words."""
        return "; ".join(BY_NAME[name].levels[levels[name]] for name in self.comparisons)


@dataclass(frozen=True)
class Model:
    """A match model; see the module. ``calibration`` = slope and intercept of weight -> log-odds of a right match."""

    name: str
    prior: float
    parts: tuple[Part, ...]
    window: Window = Window()
    calibration: tuple[float, float] = (1.0, 0.0)
    threshold: float = 0.0
    unseen: float = -3.0
    training: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that change with anything that can change a result."""
        content = {key: value for key, value in to_json(self).items() if key != "training"}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def load_model(path: str | None = None) -> Model:
    """The model in the JSON file at ``path``; null = the one shipped. Raises :class:`ConfigError` for a bad file."""
    shown = path or "the built-in model"
    try:
        if path is None:
            text = (resources.files("reconcile") / "models" / "default.json").read_text("utf-8")
        else:
            if Path(path).stat().st_size > _MOST_BYTES:
                raise ConfigError(f"{shown}: no model is larger than {_MOST_BYTES // 1_000_000} MB")
            text = Path(path).read_text("utf-8")
        return from_json(json.loads(text))
    except OSError as error:
        raise ConfigError(f"{shown}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{shown}: {error}") from error


def to_json(model: Model) -> dict[str, Any]:
    """``model`` as the JSON document that ``from_json`` reads."""
    return {
        "format": FORMAT,
        "name": model.name,
        "window": asdict(model.window),
        "threshold": model.threshold,
        "unseen": model.unseen,
        "calibration": {"slope": model.calibration[0], "intercept": model.calibration[1]},
        "prior": model.prior,
        "parts": [
            {"name": p.name, "comparisons": list(p.comparisons), "weights": p.weights.tolist()} for p in model.parts
        ],
        "training": dict(model.training),
    }


def from_json(document: Any) -> Model:
    """The model that ``document`` (parsed JSON) describes. Raises ``ValueError`` saying what is wrong and where."""
    top = _object(document, "the document")
    if top.get("format") != FORMAT:
        raise ValueError(f"format is not {FORMAT!r}")
    known = {"format", "name", "window", "threshold", "unseen", "calibration", "prior", "parts", "training"}
    _only(top, known, "the document")
    name = top.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError("name is not a text")
    calibration = _object(top.get("calibration"), "calibration")
    _only(calibration, {"slope", "intercept"}, "calibration")
    slope = _number(calibration.get("slope"), "calibration.slope")
    if slope <= 0:
        raise ValueError("calibration.slope is not above 0")
    threshold, unseen = _number(top.get("threshold"), "threshold"), _number(top.get("unseen"), "unseen")
    if unseen > threshold:
        raise ValueError("unseen is above threshold: records that were never compared would be merged")
    parts = top.get("parts")
    if not isinstance(parts, list) or not parts:
        raise ValueError("parts is not a list with at least one part")
    read = tuple(_part(part, f"parts[{at}]") for at, part in enumerate(parts))
    if len({part.name for part in read}) < len(read):
        raise ValueError("two parts have one name")
    return Model(
        name=name,
        prior=_number(top.get("prior"), "prior"),
        parts=read,
        window=_window(_object(top.get("window"), "window")),
        calibration=(slope, _number(calibration.get("intercept"), "calibration.intercept")),
        threshold=threshold,
        unseen=unseen,
        training=_object(top.get("training", {}), "training"),
    )


def score(model: Model, compared: pl.DataFrame, *, parts: bool = True) -> pl.DataFrame:
    """``compared`` and its ``weight`` (log-odds) and ``probability``; with ``parts`` also one column ``w_<part>`` each."""
    weight = np.full(len(compared), model.prior)
    columns: dict[str, npt.NDArray[np.float64]] = {}
    for part in model.parts:
        levels = tuple(compared[name].to_numpy() for name in part.comparisons)
        values = part.weights[levels]
        weight = weight + values
        if parts:
            columns[f"w_{part.name}"] = values
    return compared.with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        pl.Series("weight", weight),
        pl.Series("probability", probability(model, weight)),
    )


def probability(model: Model, weight: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The calibrated probability that a pair of this ``weight`` is one event."""
    slope, intercept = model.calibration
    result: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(slope * weight + intercept, -700, 700)))
    return result


def _part(value: Any, where: str) -> Part:
    part = _object(value, where)
    _only(part, {"name", "comparisons", "weights"}, where)
    names = part.get("comparisons")
    if not isinstance(names, list) or len(names) not in (1, 2) or len({str(name) for name in names}) < len(names):
        raise ValueError(f"{where}.comparisons does not name one or two comparisons")
    for name in names:
        if not isinstance(name, str) or name not in BY_NAME:
            raise ValueError(f"{where}.comparisons: there is no comparison {name!r} (known: {', '.join(BY_NAME)})")
    shape = tuple(len(BY_NAME[name].levels) for name in names)
    label = part.get("name")
    if not isinstance(label, str) or not label:
        raise ValueError(f"{where}.name is not a text")
    return Part(label, tuple(names), _table(part.get("weights"), shape, f"{where}.weights"))


def _table(value: Any, shape: tuple[int, ...], where: str) -> npt.NDArray[np.float64]:
    if not isinstance(value, list) or len(value) != shape[0]:
        raise ValueError(f"{where} is not a list of {shape[0]} weights, one a level")
    if len(shape) == 2:
        return np.array([_table(row, shape[1:], f"{where}[{at}]") for at, row in enumerate(value)])
    return np.array([_number(one, f"{where}[{at}]", _LARGEST) for at, one in enumerate(value)])


def _window(value: dict[str, Any]) -> Window:
    types = {one.name: type(one.default) for one in fields(Window)}
    _only(value, set(types), "window")
    read: dict[str, Any] = {}
    for name, stated in value.items():
        number = _number(stated, f"window.{name}", 1e6)
        if number < 0 or (types[name] is int and number != int(number)):
            raise ValueError(f"window.{name} is not a {'whole ' if types[name] is int else ''}number of at least 0")
        read[name] = types[name](number)
    return Window(**read)


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not a JSON object")
    return value


def _only(value: dict[str, Any], known: set[str], where: str) -> None:
    extra = sorted(set(value) - known)
    if extra:
        raise ValueError(f"{where}: unknown field {extra[0]!r} (known: {', '.join(sorted(known))})")


def _number(value: Any, where: str, largest: float = 1e6) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or abs(value) > largest
    ):
        raise ValueError(f"{where} is not a number between {-largest:g} and {largest:g}")
    return float(value)
