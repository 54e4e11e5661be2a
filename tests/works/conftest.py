from tests.works.desk import (  # noqa: F401 (fixtures)
    author,
    book,
    coordinator,
    make_coordinator,
    make_work,
    selection,
    unit,
    video,
)
from tests.works.jury import accepted, locked, make_panel, opened, set_up  # noqa: F401 (fixtures)
