"""Sources: the layouts in which others publish incidents, and how their rows become our records.

``recognise`` a file by its header (or its shape), ``Source.translate`` its rows, ``supersede`` earlier
versions of a row; ``named`` is what ``--source`` means.
"""

from reconcile.sources.base import Finding, Source, Translated
from reconcile.sources.recognise import OWN, SOURCES, Recognised, missing, named, recognise
from reconcile.sources.supersede import Settled, supersede

__all__ = [
    "OWN",
    "SOURCES",
    "Finding",
    "Recognised",
    "Settled",
    "Source",
    "Translated",
    "missing",
    "named",
    "recognise",
    "supersede",
]
