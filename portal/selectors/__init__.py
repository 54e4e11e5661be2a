"""What the pages over both programmes show; views import from here or from the module of their page."""

from portal.selectors.office import (
    Place,
    open_corrections,
    open_redraws,
    places_of,
    results_to_confirm,
    rounds_overview,
)

__all__ = [
    "Place",
    "open_corrections",
    "open_redraws",
    "places_of",
    "results_to_confirm",
    "rounds_overview",
]
