"""What a place name means: one key a place, whatever the spelling, and homonyms kept apart by geography.

The built-in tables know the countries of ISO 3166 with their usual variants, the states of the United
States, and the governorates, districts and many towns of Iraq with a few of their Syrian homonyms. Every
other name is compared by its folded form. A user's CSV (``name,alias`` and optionally
``admin2,admin1,country,lat,lon,radius_km``) extends the built-in one and wins over it.
"""

from reconcile.places.countries import Countries
from reconcile.places.resolve import Places, Point
from reconcile.places.table import Place

__all__ = ["Countries", "Place", "Places", "Point"]
