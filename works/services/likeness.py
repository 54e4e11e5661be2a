"""A work beside the others: handed in twice, won before, or beyond the places of its unit or first author."""

from collections.abc import Iterable

from core.text.names import normalise_name
from works.engine.checks import Check, check_place
from works.models import Kind, Work
from works.selectors.gathering import IN_QUOTA, Former, Gathered, Like, Likes

MOST_OTHERS = 3
_LAST = 1 << 30


class Likeness:
    """The same thing found in several works of an edition, across its units and kinds."""

    def __init__(self, likes: Likes) -> None:
        self._isbn, self._title, self._file = _by_key(likes.isbn), _by_key(likes.title), _by_key(likes.file)
        self._unit, self._author = _by_key(likes.unit), _by_key(likes.author)
        self._former_titles: dict[str, list[Former]] = {}
        self._former_isbns: dict[str, list[Former]] = {}
        for each in likes.former:
            self._former_titles.setdefault(each.title_index, []).append(each)
            if each.isbn:
                self._former_isbns.setdefault(each.isbn, []).append(each)

    def of(self, work: Work, kind: Kind, own: Gathered) -> list[Check]:
        """What one work has in common with others."""
        author = normalise_name(own.authors[0]["name"]) if own.authors else ""
        twice = [*self._by_isbn(work, own), *self._by_title(work, author), *self._by_file(work, own)]
        if not twice:
            twice = [Check("duplicate", "ok", "没有重复申报：ISBN、题名和第一作者、文件都不与别的作品相同。")]
        return [*twice, *self._former(work, own, author), *self._places(work, kind, own)]

    def _by_isbn(self, work: Work, own: Gathered) -> list[Check]:
        others = [like for volume in own.volumes for like in self._isbn.get(volume["isbn"], [])]
        return _twice("duplicate_isbn", "ISBN 与别的作品相同。", work, others)

    def _by_title(self, work: Work, author: str) -> list[Check]:
        alike = self._title.get(work.title_index, []) if work.title_index else []
        same = [like for like in alike if author and normalise_name(like.author) == author]
        if found := _twice("duplicate_title", "题名和第一作者与别的作品相同。", work, same):
            return found
        return _twice("namesake", "题名与别的作品相同，第一作者不同。", work, alike, level="doubt")

    def _by_file(self, work: Work, own: Gathered) -> list[Check]:
        others = [like for file in own.files for like in self._file.get(file["sha256"], [])]
        return _twice("duplicate_file", "交来的文件与别的作品一模一样。", work, others)

    def _former(self, work: Work, own: Gathered, author: str) -> list[Check]:
        """按通知 winners of earlier years may not take part again; without an author on the list a person looks."""
        by_isbn = [each for volume in own.volumes for each in self._former_isbns.get(volume["isbn"], [])]
        if by_isbn:
            return [Check("former_winner", "fault", "往届获奖作品，ISBN 相同。", _won(by_isbn[0]))]
        for each in self._former_titles.get(work.title_index, []) if work.title_index else []:
            if author and normalise_name(each.author) == author:
                return [Check("former_winner", "fault", "往届获奖作品，题名和第一作者相同。", _won(each))]
            return [Check("former_winner", "doubt", "与往届获奖作品同名，请核对是不是同一件。", _won(each))]
        return [Check("former_winner", "ok", "不在往届获奖名单中。")]

    def _places(self, work: Work, kind: Kind, own: Gathered) -> list[Check]:
        """The work's place in its unit's own order, and among those of its first author."""
        if work.status not in IN_QUOTA or work.outside_quota:
            return []
        checks: list[Check] = []
        if kind.unit_quota is not None and work.unit_id is not None and work.channel != Work.Channel.INDIVIDUAL:
            rivals = [like for like in self._unit.get(str(work.unit_id), []) if like.kind == kind.pk]
            checks += check_place(_place(work, rivals), kind.unit_quota, code="unit_quota", whose="推荐单位")
        if kind.author_quota is not None and own.authors:
            first = own.authors[0]
            rivals = [like for like in self._author.get(first["name"], []) if like.kind == kind.pk]
            namesakes = any(like.workplace != first["workplace"] for like in rivals)
            checks += check_place(
                _place(work, rivals), kind.author_quota, code="author_quota", whose="第一作者", sure=not namesakes
            )
        return checks


def _by_key(likes: Iterable[Like]) -> dict[str, list[Like]]:
    found: dict[str, list[Like]] = {}
    for like in likes:
        found.setdefault(like.key, []).append(like)
    return found


def _twice(code: str, sentence: str, work: Work, likes: Iterable[Like], *, level: str = "fault") -> list[Check]:
    others = {like.work: like.label for like in likes if like.work != work.pk}
    if not others:
        return []
    named = [others[key] for key in sorted(others)]
    more = f"等 {len(named)} 件" if len(named) > MOST_OTHERS else ""
    return [Check(code, "doubt" if level == "doubt" else "fault", sentence, "；".join(named[:MOST_OTHERS]) + more)]


def _place(work: Work, rivals: list[Like]) -> int | None:
    """From one, in the unit's order; what it has not ordered comes after, as it was handed in."""
    ordered = sorted(rivals, key=lambda like: (like.order or _LAST, like.submitted, like.work))
    return next((place for place, like in enumerate(ordered, start=1) if like.work == work.pk), None)


def _won(former: Former) -> str:
    return f"《{former.title}》{former.author}，{former.award}"
