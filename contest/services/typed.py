"""What was typed into a draft, as it was typed."""

import json

from contest.exceptions import StaleRegistration
from contest.models import Contestant
from contest.services.columns import DETAIL, FORM_FIELDS, column_texts, registration_texts
from contest.services.fields import OPTIONAL_FIELDS
from contest.services.registrations import Registration

KEYS = frozenset((*FORM_FIELDS, *(f"{DETAIL}{code}" for code in OPTIONAL_FIELDS)))


def typed_values(contestant: Contestant) -> dict[str, str]:
    """What a form shows: the draft as it was typed, else the registration as text.

    Keys are the fields of Registration, `group` being the group's number and asked fields `details.<code>`.
    """
    if contestant.typed is None:
        return column_texts(contestant)
    values: dict[str, str] = json.loads(contestant.typed)
    return values


def packed(typed: dict[str, str]) -> str:
    """The draft as its column keeps it; what is no field of a registration is left out."""
    return json.dumps({key: text for key, text in typed.items() if key in KEYS})


def refuse_stale(contestant: Contestant, base_version: int | None, form: Registration | dict[str, str]) -> None:
    """Raise StaleRegistration where somebody changed the row after the form was opened (pitfall 20).

    None where the caller saw no version, as a program that read the row just now.
    """
    if base_version is None or base_version == contestant.version:
        return
    typed = form if isinstance(form, dict) else registration_texts(form)
    raise StaleRegistration(
        "您打开这一页之后，这份报名已被改动，刚才的内容没有保存，也没有覆盖别人的改动。请对照两份内容，再决定保留哪一份。",
        stored=typed_values(contestant),
        version=contestant.version,
        typed=typed,
    )
