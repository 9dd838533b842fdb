"""Events as GeoJSON (RFC 7946): a point each, or no geometry where nobody states coordinates."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reconcile.pipeline import Result
from reconcile.report.tabular import flat_events
from reconcile.text import for_json, for_json_text


def geojson_chunks(result: Result) -> Iterator[bytes]:
    """A FeatureCollection, a feature a line; properties are the flat columns."""
    yield b'{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for row in flat_events(result).iter_rows(named=True):
        lat, lon = row.pop("lat"), row.pop("lon")
        point = None if lat is None else {"type": "Point", "coordinates": [lon, lat]}
        properties = {name: for_json(value) if isinstance(value, str) else value for name, value in row.items()}
        feature = {"type": "Feature", "id": row["event_id"], "geometry": point, "properties": properties}
        yield (separator + for_json_text(json.dumps(feature, ensure_ascii=False, allow_nan=False))).encode()
        separator = ",\n"
    yield b"\n]}\n"
