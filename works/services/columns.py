"""A work's checked content as its rows, and back."""

from datetime import date
from decimal import Decimal

from core.crypto import phone_index
from works.engine.durations import shown_duration
from works.engine.titles import title_index
from works.models import Author, Kind, Volume, Work
from works.services.content import AuthorLine, Content, VolumeLine
from works.services.fields import DETAIL, FORMS, FieldSpec, form_fields, has_volumes

# Every column of Work that some form has.
COLUMNS = tuple(
    dict.fromkeys(
        spec.name
        for parts in FORMS.values()
        for part in parts
        for spec in part.fields
        if not spec.name.startswith(DETAIL)
    )
)


def fill_columns(work: Work, content: Content) -> None:
    """Put content into the columns of a row that is not saved yet; authors and volumes are for `write_rows`."""
    for name in COLUMNS:
        field = Work._meta.get_field(name)
        empty = None if field.null else ""
        setattr(work, name, content.values.get(name, empty))
    if has_volumes(content.kind):
        work.volumes = content.volume_count
    work.title_index = title_index(work.title)
    work.phone_index = phone_index(work.phone) if work.phone else ""
    work.details = dict(content.details)
    work.typed = None


def write_rows(work: Work, content: Content) -> None:
    """The authors and volumes of a saved work, in their order, in place of those before."""
    known = {(row.name, row.workplace): row.user_id for row in work.authors.all()}
    work.authors.all().delete()
    work.volume_rows.all().delete()
    Author.objects.bulk_create(author_rows(work, content, known))
    Volume.objects.bulk_create(volume_rows(work, content))


def author_rows(work: Work, content: Content, known: dict[tuple[str, str], int | None]) -> list[Author]:
    """Rows of authors, not saved; who had an account keeps it."""
    return [
        Author(
            work=work,
            place=place,
            name=each.name,
            workplace=each.workplace,
            user_id=known.get((each.name, each.workplace)),
        )
        for place, each in enumerate(content.authors, start=1)
    ]


def volume_rows(work: Work, content: Content) -> list[Volume]:
    """Rows of volumes, not saved."""
    return [
        Volume(work=work, place=place, isbn=each.isbn, title=each.title)
        for place, each in enumerate(content.volumes, start=1)
    ]


def stored_content(work: Work) -> Content:
    """The content that a work's rows hold."""
    kind = work.kind
    names = [spec.name for spec in form_fields(kind) if not spec.name.startswith(DETAIL)]
    return Content(
        kind=kind,
        values={name: getattr(work, name) for name in names},
        authors=tuple(AuthorLine(each.name, each.workplace) for each in work.authors.all()),
        volumes=tuple(VolumeLine(each.isbn, each.title) for each in work.volume_rows.all()),
        details=work.details or {},
        declared=work.declared_at is not None,
    )


def column_texts(work: Work) -> dict[str, str]:
    """A work as its form shows it (typed.typed_values)."""
    return content_texts(stored_content(work)) | ({"unit": str(work.unit_id)} if work.unit_id else {})


def content_texts(content: Content) -> dict[str, str]:
    """Content as its form shows it."""
    texts = {
        spec.name: shown
        for spec in form_fields(content.kind)
        if not spec.name.startswith(DETAIL) and (shown := field_text(spec, content.values.get(spec.name)))
    }
    texts |= {f"{DETAIL}{code}": text for code, text in content.details.items()}
    for place, author in enumerate(content.authors, start=1):
        texts |= {f"authors.{place}.name": author.name, f"authors.{place}.workplace": author.workplace}
    for place, volume in enumerate(content.volumes, start=1):
        texts |= {f"volumes.{place}.isbn": volume.isbn, f"volumes.{place}.title": volume.title}
    return texts | ({"declared": "yes"} if content.declared else {})


def field_text(spec: FieldSpec, value: object) -> str:
    """One value as it is typed."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return f"{value:%Y-%m}" if spec.shape == "month" else value.isoformat()
    if spec.shape == "duration" and isinstance(value, int):
        return shown_duration(value).replace(" ", "")
    return str(value)


def shown_fields(kind: Kind, texts: dict[str, str]) -> list[tuple[str, str]]:
    """Label and text of everything that was filled in, rows apart, for reading and printing."""
    found = []
    for spec in form_fields(kind):
        if text := texts.get(spec.name, ""):
            found.append((spec.label, dict(spec.choices).get(text, text)))
    return found
