"""What a work still lacks before it can be accepted: one list for author, unit, office and machine checks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from works.models import FileRequirement, Kind, Work, WorkFile
from works.services.columns import stored_content
from works.services.content import Content, content_faults
from works.services.fields import form_fields
from works.services.typed import read_typed, typed_values

Role = FileRequirement.Role


@dataclass(frozen=True)
class Missing:
    """One thing that a work lacks; `code` is `unsubmitted`, a field, `authors`, `volumes`, `declared` or
    `file.<code>`."""

    code: str
    message: str


def missing_items(work: Work) -> list[Missing]:
    """What one work lacks before it can be accepted."""
    return missing_for([work])[work.pk]


def missing_for(works: Sequence[Work], *, handed_in: Mapping[int, set[int]] | None = None) -> dict[int, list[Missing]]:
    """What each work lacks, by its number, in a fixed number of queries.

    Fewer where what belongs to the works was fetched with them; `handed_in` are the requirements of the current files.
    """
    prefetch_related_objects(works, "authors", "volume_rows", "kind__selection", "kind__file_requirements")
    there = _handed_in(works) if handed_in is None else handed_in
    return {work.pk: _missing(work, there[work.pk]) for work in works}


def _handed_in(works: Sequence[Work]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {work.pk: set() for work in works}
    current = WorkFile.objects.filter(work__in=found, superseded_at__isnull=True)
    for work_pk, requirement in current.values_list("work_id", "requirement_id"):
        found[work_pk].add(requirement)
    return found


def _missing(work: Work, handed_in: set[int]) -> list[Missing]:
    if work.status in Work.LEFT:
        return []
    found: list[Missing] = []
    content = content_of(work)
    if work.typed is not None and work.submitted_at is not None:
        found.append(Missing("unsubmitted", "修改后还没有提交"))
    elif work.submitted_at is None:
        found.append(Missing("unsubmitted", "还没有提交"))
    return found + missing_content(content) + missing_files(work.kind, content, handed_in)


def content_of(work: Work) -> Content:
    """A work as it stands: what was typed last, else what its rows hold."""
    if work.typed is None:
        return stored_content(work)
    return read_typed(work.kind, typed_values(work))[0]


def missing_content(content: Content) -> list[Missing]:
    """The empty fields of a work, in the order of its form."""
    labels = {spec.name: spec.label for spec in form_fields(content.kind)}
    labels |= {"authors.1.name": "作者", "volumes.1.isbn": "ISBN", "declared": "原创承诺"}
    codes = {"authors.1.name": "authors", "volumes.1.isbn": "volumes"}
    found = []
    for fault in content_faults(content, complete=True):
        if fault.code == "required" and fault.field in labels:
            code = codes.get(fault.field, fault.field)
            found.append(Missing(code, f"缺{labels[fault.field]}"))
        elif fault.code == "isbn_count":
            found.append(Missing("volumes", fault.message))
    return found


def missing_files(kind: Kind, content: Content, handed_in: Iterable[int]) -> list[Missing]:
    """The files that are still to come. Where a link may stand for one, its date must be given and proved."""
    there = set(handed_in)
    requirements = list(kind.file_requirements.all())
    found = []
    for each in sorted(requirements, key=lambda one: (one.order, one.pk)):
        if not each.required or each.pk in there:
            continue
        if each.or_link and content.text("url") and content.values.get("published_on"):
            if not any(one.role == Role.PROOF and one.pk in there for one in requirements):
                message = f"缺材料：{each.title}；以播放链接代替的，须提交首播证明"
                found.append(Missing(f"file.{each.code}", message))
            continue
        found.append(Missing(f"file.{each.code}", f"缺材料：{each.title}"))
    return found


__all__ = ["Missing", "content_of", "missing_content", "missing_files", "missing_for", "missing_items"]
