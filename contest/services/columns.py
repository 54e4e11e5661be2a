"""A checked registration as the columns of its row, and back."""

from contest.models import Contestant
from contest.services.documents import clean_document_number
from contest.services.registrations import Registration
from core.crypto import phone_index

# What a form shows and a draft keeps, asked fields (`details.<code>`) aside.
FORM_FIELDS = (
    "group",
    "name",
    "gender",
    "id_kind",
    "id_number",
    "birth_date",
    "workplace",
    "title",
    "tutors",
    "phone",
    "email",
    "guardian_name",
    "guardian_phone",
    "remark",
)
DETAIL = "details."


def write_registration(contestant: Contestant, registration: Registration) -> set[str]:
    """Put a checked registration into the row's columns, without saving; returns the names of what differs.

    Another guardian has consented to nothing yet: the consent goes with the name it was given in, and one given online
    with the age by which it was judged who may give it (domain.md D4).
    """
    wanted = _columns(registration)
    changed = {name for name, value in wanted.items() if (getattr(contestant, name) or "") != (value or "")}
    for name in changed:
        setattr(contestant, name, wanted[name])
    contestant.id_index = registration.id_index
    contestant.phone_index = phone_index(registration.phone)
    contestant.typed = None
    online = contestant.guardian_consent_how == Contestant.Consent.ONLINE
    if "guardian_name" in changed or ("birth_date" in changed and online):
        contestant.guardian_consent_at, contestant.guardian_consent_how = None, ""
        contestant.guardian_consent_text = contestant.guardian_consent_by = None
    return changed


def stored_registration(contestant: Contestant) -> Registration:
    """The registration that a row's columns hold. Only of rows that were checked: submitted, imported, reviewed."""
    if contestant.id_index is None or contestant.birth_date is None:
        raise ValueError(f"registration {contestant.pk} was never checked")
    texts = {name: getattr(contestant, name) or "" for name in FORM_FIELDS if name not in ("group", "birth_date")}
    return Registration(
        group=contestant.group, birth_date=contestant.birth_date, details=contestant.details or {}, **texts
    )


def column_texts(contestant: Contestant) -> dict[str, str]:
    """The columns as a form shows them; the group by its number."""
    return _texts(contestant, contestant.group_id)


def registration_texts(registration: Registration) -> dict[str, str]:
    """A registration as a form shows it, under the same keys."""
    return _texts(registration, registration.group.pk)


def _texts(kept: Contestant | Registration, group_id: int) -> dict[str, str]:
    texts = {name: str(getattr(kept, name) or "") for name in FORM_FIELDS if name != "group"}
    if kept.birth_date is not None:
        texts["birth_date"] = kept.birth_date.isoformat()
    details = {f"{DETAIL}{code}": text for code, text in (kept.details or {}).items()}
    return {"group": str(group_id)} | texts | details


def _columns(registration: Registration) -> dict[str, object]:
    names = [name for name in FORM_FIELDS if name != "id_number"]
    values: dict[str, object] = {name: getattr(registration, name) for name in names}
    return values | {
        "id_number": clean_document_number(registration.id_number),
        "details": dict(registration.details),
    }
