"""The match model: plain JSON, additive. A pair's weight (log-odds) is the prior plus one named part a comparison.

A part is a table over the levels of one comparison, or of two that interact (Lou et al. 2013, "Accurate
intelligible models
with pairwise interactions"); :mod:`reconcile.score` adds them up.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from reconcile.block import Window
from reconcile.compare import BY_NAME
from reconcile.errors import ConfigError

FORMAT: Final = "reconcile-model/1"
_MOST_BYTES: Final = 20_000_000
_LARGEST: Final = 100.0  # log-odds; no table may hold more
_LINE: Final = ("slope", "intercept")
_TOP: Final = frozenset(
    {"format", "name", "window", "threshold", "unseen", "calibration", "membership", "prior", "parts", "scout"}
    | {"training"}
)


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
    """A match model; see the module.

    ``calibration`` = slope and intercept of a pair's weight -> log-odds that it is right; ``membership`` = the same
    for a
    record's mean weight towards the rest of its event. ``scout`` = prior and parts of the first
    model, whose weights say where a pair stands among its alternatives (comparison ``standing``).
    """

    name: str
    prior: float
    parts: tuple[Part, ...]
    window: Window = field(default_factory=Window)
    calibration: tuple[float, float] = (1.0, 0.0)
    membership: tuple[float, float] = (1.0, 0.0)
    threshold: float = 0.0
    unseen: float = -2.0
    scout: tuple[float, tuple[Part, ...]] | None = None
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
        "calibration": dict(zip(_LINE, model.calibration, strict=True)),
        "membership": dict(zip(_LINE, model.membership, strict=True)),
        "prior": model.prior,
        "parts": [_part_json(part) for part in model.parts],
        "scout": None
        if model.scout is None
        else {"prior": model.scout[0], "parts": [_part_json(part) for part in model.scout[1]]},
        "training": dict(model.training),
    }


def from_json(document: Any) -> Model:
    """The model that ``document`` (parsed JSON) describes. Raises ``ValueError`` saying what is wrong and where."""
    top = _object(document, "the document")
    if top.get("format") != FORMAT:
        raise ValueError(f"format is not {FORMAT!r}")
    _only(top, _TOP, "the document")
    name = top.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError("name is not a text")
    threshold, unseen = _number(top.get("threshold"), "threshold"), _number(top.get("unseen"), "unseen")
    if unseen > threshold:
        raise ValueError("unseen is above threshold: records that were never compared would be merged")
    parts = _parts(top.get("parts"), "parts")
    scout = None
    if top.get("scout") is not None:
        first = _object(top["scout"], "scout")
        _only(first, {"prior", "parts"}, "scout")
        scout = _number(first.get("prior"), "scout.prior"), _parts(first.get("parts"), "scout.parts")
        if any("standing" in part.comparisons for part in scout[1]):
            raise ValueError("scout.parts: the scout cannot use the comparison standing, which needs its weights")
    elif any("standing" in part.comparisons for part in parts):
        raise ValueError("parts: the comparison standing needs a scout")
    return Model(
        name=name,
        prior=_number(top.get("prior"), "prior"),
        parts=parts,
        scout=scout,
        window=_window(_object(top.get("window"), "window")),
        calibration=_line(top.get("calibration"), "calibration"),
        membership=_line(top.get("membership"), "membership"),
        threshold=threshold,
        unseen=unseen,
        training=_object(top.get("training", {}), "training"),
    )


def _part_json(part: Part) -> dict[str, Any]:
    return {"name": part.name, "comparisons": list(part.comparisons), "weights": part.weights.tolist()}


def _parts(value: Any, where: str) -> tuple[Part, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{where} is not a list with at least one part")
    parts = tuple(_part(part, f"{where}[{at}]") for at, part in enumerate(value))
    if len({part.name for part in parts}) < len(parts):
        raise ValueError(f"{where}: two parts have one name")
    return parts


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


def _line(value: Any, where: str) -> tuple[float, float]:
    line = _object(value, where)
    _only(line, frozenset(_LINE), where)
    slope = _number(line.get("slope"), f"{where}.slope")
    if slope <= 0:
        raise ValueError(f"{where}.slope is not above 0")
    return slope, _number(line.get("intercept"), f"{where}.intercept")


def _window(value: dict[str, Any]) -> Window:
    types: dict[str, type[int] | type[float]] = {
        one.name: int if one.type == "int" else float for one in fields(Window)
    }
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


def _only(value: dict[str, Any], known: Set[str], where: str) -> None:
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
