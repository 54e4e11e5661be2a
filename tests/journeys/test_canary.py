"""A canary in every personal column of every row is in nothing that a visitor without account can open: page and its
source, feed, API answer, file, a file's properties, header.

Every column of ours that can hold a text, a document (JSON) or a day stands in one of three lists below: private (a
person's own, or the office's words about people), public (with the reason), neutral (codes, digests, states, words of
rules). One that stands in none fails a test. Times of day and numbers are told by nobody's name and are left out.
"""
# ruff: noqa: F811 (fixtures)

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pypdf.errors import PdfReadError

from certificates.models import Certificate
from contest.models import Contest, GroupRound
from core.fields import EncryptedTextField
from core.media import make_poster
from notices.models import Notice
from results.models import Objection, Result
from tests.append_only import unguarded
from tests.core.canaries import CANARY, everything_in
from tests.journeys.test_who_may_see_what import addresses, demo, filled, keys_of  # noqa: F401 (fixture)
from tests.portal.showcase import (  # noqa: F401 (fixtures)
    accepted,
    author,
    book,
    books,
    bring_cover,
    bring_film,
    entries_of,
    films,
    locked,
    make_panel,
    make_work,
    opened,
    publish,
    selection,
    set_up,
    unit,
    video,
    work_of,
)
from works.models import Selection

MARK = "金丝雀"
PHONE, ID_NUMBER, BORN = "19955550123", "350102194711021235", date(1947, 11, 2)
OURS = {"accounts", "contest", "works", "results", "certificates", "notices", "scoring", "outbox", "core", "ledger"}
PRIVATE = {
    "Invitation": "name",
    "User": "name email phone",
    "Batch": "reason cancel_reason proof_error",
    "Certificate": "last_error",
    "Advancement": "reason",
    "Contestant": "name gender birth_date id_number phone email workplace title tutors details guardian_name "
    "guardian_phone remark typed outside_quota_reason status_reason",
    "Delegation": "name leader_name leader_position leader_phone contact_name contact_phone contact_email address "
    "remark",
    "DocumentTemplate": "original_name",
    "ExcludedPerson": "name id_masked award",
    "Finalist": "reason",
    "GroupRound": "draw_secret",
    "Material": "original_name",
    "OfficeNote": "body",
    "PersonalDataExport": "reason",
    "RedrawRequest": "reason",
    "ReviewDecision": "reason",
    "Upload": "name message last_error media",
    "Message": "subject body last_error",
    "Notice": "hidden_names",
    "HiddenEntry": "reason",
    "Objection": "name phone unit_name about body",
    "ObjectionFile": "name",
    "ObjectionStep": "note",
    "Publicity": "deviation",
    "Roster": "reason",
    "Correction": "reason decision_note",
    "Deduction": "reason",
    "Entry": "status_reason",
    "LateMark": "settlement",
    "Recusal": "reason",
    "Round": "hold",
    "ScoreSheet": "state_reason",
    "Seat": "removed_reason",
    "SheetComment": "text",
    "TieDecision": "reason",
    "Author": "name workplace",
    "ContactExport": "reason",
    "DeclaredTie": "reason",
    "FormerWinner": "title author isbn award",
    "Meeting": "place chair attendants summary",
    "MeetingDecision": "reason",
    "PaperCopy": "note",
    "Recommendation": "reason",
    "ScreeningDecision": "reason findings",
    "Submission": "content",
    "WordTemplate": "original_name",
    "Work": "workplace contact_name phone email reason sources details remark typed outside_quota_reason status_reason",
    "WorkFile": "original_name last_error media",
}
# Private, and without a canary: a code among few cannot be told from others in a page.
CODED = {"Contestant.gender"}
PUBLIC = {
    "Unit.name": "units are named in every list",
    "UnitAlias.name": "another name of a unit",
    "Batch.awards": "the awards as its certificates print them",
    "Batch.recipients": "whom a batch honours: winners, tutors, units",
    "Batch.title": "what a batch honours",
    "Certificate.text": "what a certificate says; who checks one by its link gets the name with stars",
    "Certificate.void_reason": "why a certificate no longer counts, told to who checks it",
    "GroupRound.draw_witnesses": "who saw the draw, named in its protocol",
    "Edition.supervision_phone": "the office's telephone for complaints, printed in every notice",
    "Edition.organiser_name": "who signs notices",
    "Edition.theme": "printed on the edition's page",
    "Attachment.name": "the file's name as it is announced",
    "Notice.title": "announced",
    "Notice.number": "announced",
    "Notice.addressees": "units that a notice is for",
    "Notice.body": "announced",
    "Notice.signed_by": "announced",
    "Notice.dated": "announced",
    "Notice.lists": "announced",
    "Notice.source": "announced: which snapshot",
    "Notice.withdrawn_reason": "told in public with the withdrawal",
    "PublishedText.document": "the words that were announced",
    "Objection.entry": "the code of the row that is objected to",
    "ObjectionStep.answer": "the office's answer, for whoever holds the objection's link",
    "Publicity.calendar_note": "what the calendar does not know",
    "Result.title": "announced",
    "Result.group_title": "announced",
    "Result.withdrawn_reason": "told in public with the withdrawal",
    "Roster.rows": "the list as it was confirmed and announced",
    "Rulebook.document": "the rules are public with the result",
    "Rulebook.reason": "why the rules changed, printed with them",
    "Snapshot.document": "marks as locked; its book is shown to whom the result's setting names",
    "Entry.title": "titles are announced with the list",
    "Volume.title": "of a published book",
    "Volume.isbn": "of a published book",
    "Work.title": "of a published work",
    "Work.summary": "blurb, shown of winners who agreed",
    "Work.category": "shown in the selection's own words",
    "Work.publisher": "of a published work",
    "Work.edition_note": "which impression of the book",
    "Work.published_on": "of a published work",
    "Work.platform": "where a published work is",
    "Work.url": "where a published work is",
    "Work.ai_note": "how a work used AI, part of what is judged",
}
NEUTRAL = {
    "FailedCode": "address_index",
    "Invitation": "role token_digest",
    "ResetCode": "code_digest",
    "RoleGrant": "role",
    "SignInCode": "token_digest code_digest",
    "User": "password handle phone_index privacy_version session_nonce",
    "Asset": "kind title path format sha256",
    "Batch": "source family prefix issued_on supersedes sha256 state proof_file proof_sha256",
    "Certificate": "serial token source award_key issued_on state file file_sha256",
    "Layout": "code title document sha256",
    "Series": "prefix",
    "Advancement": "ground",
    "Appearance": "check_in",
    "ConsentText": "body",
    "Contest": "slug title first_day venue call_text asked_fields file_name_rule",
    "Contestant": "channel status id_kind id_index phone_index guardian_consent_how",
    "DocumentTemplate": "kind path sha256",
    "ExcludedPerson": "id_index",
    "Finalist": "kind state",
    "Group": "code title",
    "GroupRound": "room medium line_policy breaks draw_commitment draw_public draw_method",
    "Material": "path format sha256",
    "MaterialRequirement": "code title hint formats audience",
    "RedrawRequest": "state",
    "ReviewDecision": "act",
    "Edition": "slug title state",
    "Upload": "token purpose target formats state path writer format sha256 poster_path clean_path clean_sha256",
    "Event": "kind actor_handle payload previous_hash hash",
    "Head": "hash",
    "Attachment": "format path sha256",
    "CalendarDay": "date kind title",
    "CalendarYear": "source",
    "Notice": "kind state subject",
    "PublishedText": "salt sha256",
    "Message": "code channel link state",
    "MessageTemplate": "code subject body",
    "HiddenEntry": "entry",
    "Objection": "receipt token kind submission salt content_digest state reason",
    "ObjectionFile": "kind format path sha256",
    "ObjectionStep": "kind state",
    "Publicity": "starts_on ends_on rule_ends_on",
    "Result": "state book_access list_order",
    "Roster": "salt sha256",
    "Correction": "subject old new state",
    "Entry": "code exhibit status seconds quiz",
    "LateMark": "submission_id marks",
    "Panel": "title",
    "PaperEntry": "submission_id marks",
    "Recusal": "source state",
    "Round": "title group state",
    "Rulebook": "code title sha256",
    "ScoreSheet": "segment state",
    "SheetComment": "kind",
    "SheetRevision": "kind submission_id marks",
    "Snapshot": "sha256 reason",
    "TieDecision": "order",
    "DeclaredTie": "source",
    "FileRequirement": "code title hint role formats",
    "FormerWinner": "title_index",
    "Kind": "code title form window_from window_to aspect asked_fields",
    "KindRound": "seed",
    "Meeting": "held_on",
    "MeetingDecision": "decision",
    "PaperCopy": "received_on",
    "Recommendation": "state",
    "Reminder": "sent_on",
    "ScreeningDecision": "act",
    "Selection": "slug title call_text file_name_rule",
    "Submission": "sha256",
    "WordTemplate": "document path sha256",
    "Work": "channel status title_index phone_index",
    "WorkFile": "path format sha256 reading poster_path clean_path",
}
ID_NUMBERS = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\dXx])")
BIRTHS = re.compile(r"1947(?:-11-02|1102|/11/0?2| ?年 ?11 ?月 ?0?2 ?日)")
# 199 5555 0123, masked or not, with or without blanks.
PHONES = re.compile(r"199[ -]?[\d*]{4}[ -]?0123")
OF_AN_ACCOUNT = ("my_", "unit_", "judge_", "organise_", "supervise_", "hall_", "api_", "redraw_")


def own_models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def words_of(listed: dict[str, str]) -> list[str]:
    return [f"{model}.{name}" for model, names in listed.items() for name in names.split()]


def telling(field: "models.Field[Any, Any]") -> bool:
    """Whether a column can hold words or a day."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.DateField)
    return isinstance(field, kinds) and not isinstance(field, models.DateTimeField)


def canary(field: "models.Field[Any, Any]", key: int):
    """What stands in a private column of a row from now on."""
    if field.name.endswith("phone"):
        return PHONE
    if field.name.endswith("email"):
        return f"jinsique{key}@example.com"
    if field.name == "id_number":
        return ID_NUMBER
    if isinstance(field, models.DateField):
        return BORN
    if isinstance(field, models.JSONField):
        return [MARK] if isinstance(field.get_default(), list) else {MARK: MARK}
    return f"{MARK}{key}"


def plant() -> tuple[set[str], set[str]]:
    """Write a canary into every private column of every row, past append-only guards; returns where, and what the
    database's own rules refuse."""
    planted, refused = set(), set()
    private = {name for name in words_of(PRIVATE) if name not in CODED}
    for model in own_models():
        fields = [field for field in model._meta.fields if f"{model.__name__}.{field.name}" in private]
        if not fields or not model.objects.exists():
            continue
        with unguarded(model):
            for field in fields:
                name = f"{model.__name__}.{field.name}"
                try:
                    with transaction.atomic():
                        _write(model, field)
                    planted.add(name)
                except DatabaseError:
                    refused.add(name)
    return planted, refused


def _write(model, field) -> None:
    for key in model.objects.values_list("pk", flat=True):
        model.objects.filter(pk=key).update(**{field.name: canary(field, key)})


def words_in(answer) -> str:
    """All text of an answer: headers, page source, words and properties of PDFs, every part of a packed file."""
    content = answer.getvalue()
    text = str(dict(answer.items()))
    if content.startswith(b"%PDF"):
        try:
            reader = PdfReader(io.BytesIO(content))
        except PdfReadError:  # the demo's attachment is a stub
            return text + content.decode(errors="replace")
        return text + str(reader.metadata) + "".join(page.extract_text() for page in reader.pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return text + "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    text += content.decode(errors="replace")
    if not answer["Content-Type"].startswith("text/html"):
        text += everything_in(content).decode(errors="replace")
    return text


def leaks(text: str) -> list[str]:
    found = [MARK] if MARK in text or MARK.encode("unicode_escape").decode() in text else []
    found += re.findall(rf"jinsique\d+@|{CANARY}-\w+", text)
    return [*found, *PHONES.findall(text), *BIRTHS.findall(text), *ID_NUMBERS.findall(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"<p>{MARK}</p>", MARK),
        ('{"name": "\\u91d1\\u4e1d\\u96c0"}', MARK),
        ("<!-- 350102199001011234 -->", "350102199001011234"),
        ("jinsique7@example.com", "jinsique7@"),
        ("电话：199 5555 0123", "199 5555 0123"),
        ("199****0123", "199****0123"),
        ("1947 年 11 月 2 日", "1947 年 11 月 2 日"),
        ("Artist: canary-exif", "canary-exif"),
    ],
)
def test_a_planted_canary_is_found(text, found):
    assert leaks(text) == [found]


def test_an_ordinary_page_has_none():
    assert leaks("<p>普通的网页，2026年11月2日，0591-83351224</p>") == []


def test_every_column_is_private_public_or_neutral():
    """A new column that can hold words, documents or days has to be thought of before it is served."""
    listed = [*words_of(PRIVATE), *PUBLIC, *words_of(NEUTRAL)]
    there = {
        f"{model.__name__}.{field.name}" for model in own_models() for field in model._meta.fields if telling(field)
    }

    assert sorted(there - set(listed)) == []
    assert sorted(set(listed) - there) == []
    assert sorted(name for name in set(listed) if listed.count(name) > 1) == []


def test_what_is_encrypted_is_private():
    encrypted = {
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.fields
        if isinstance(field, EncryptedTextField)
    }

    assert encrypted - set(words_of(PRIVATE)) == {"ObjectionStep.answer"}


def public_addresses(edition) -> list[tuple[str, str]]:
    """Every address with a GET of a visitor's own, for every row of the kinds that the public reads."""
    keys = keys_of(edition.slug)
    rows = {"results": Result, "notices": Notice, "contests": Contest, "selections": Selection, "draws": GroupRound}
    found, unfilled = [], set()
    for route, name in addresses():
        if name in {"certificate_check_token", "objection_state"} or name.startswith("gallery_"):
            continue
        word = next((word for word in rows if f"{word}/<int:pk>" in route), "")
        own = [{**keys, word: key} for key in rows[word].objects.values_list("pk", flat=True)] if word else [keys]
        for each in own[:1] if name.startswith(OF_AN_ACCOUNT[:-2]) else own:
            try:
                found.append((name, filled(route, edition.slug, each)))
            except KeyError as missing:
                unfilled.add(f"{name} {missing}")
    assert not {each for each in unfilled if not each.startswith(OF_AN_ACCOUNT)}
    found += [("objection_state", reverse("objection_state", args=[each.token])) for each in Objection.objects.all()]
    tokens = Certificate.objects.values_list("token", flat=True)
    found += [("certificate_check_token", reverse("certificate_check_token", args=[token])) for token in tokens]
    return found + gallery_addresses()


def gallery_addresses() -> list[tuple[str, str]]:
    """Page and files of every row of every list."""
    found = []
    for result in Result.objects.exclude(published=None).select_related("published"):
        for row in result.published.rows:
            for name in ("gallery_work", "gallery_cover", "gallery_poster", "gallery_video"):
                found.append((name, reverse(name, args=[result.pk, row["entry"]])))
    return found


def looked_at(found: list[tuple[str, str]]) -> tuple[set[str], list[tuple[str, str, list[str]]]]:
    """Names of the addresses that answered a visitor without account, and what leaked where."""
    client, seen, wrong = Client(), set(), []
    for name, address in found:
        answer = client.get(address)
        if answer.status_code == 200:
            seen.add(name)
        if leaked := leaks(words_in(answer)):
            wrong.append((name, address, leaked))
    return seen, wrong


@pytest.mark.slow
def test_no_anonymous_address_shows_a_canary(demo):
    planted, refused = plant()
    assert refused == set()
    assert {"User.phone", "Contestant.birth_date", "Submission.content", "Objection.body"} <= planted

    seen, wrong = looked_at(public_addresses(demo))

    assert wrong == []
    assert {"objection_state", "certificate_check_token", "public_notice_pdf", "public_draw"} <= seen
    assert len(seen) > 20


@pytest.mark.slow
def test_no_page_or_file_of_a_winning_work_shows_a_canary(books, films, client, settings, tmp_path):
    """Covers and films that say in every way whose they are; rows of winners and of others."""
    settings.MEDIA_ROOT = tmp_path
    bring_cover(work_of(books, entries_of(books)[0]))
    film = bring_film(work_of(films, entries_of(films)[0]))
    make_poster(tmp_path / film.path, tmp_path / film.poster_path)  # as when it came in
    planted, refused = plant()
    assert refused == set()
    assert {"Work.contact_name", "Author.name", "WorkFile.original_name"} <= planted

    places = ["home", "gallery", "public_results", "api_results", "public_notices", "public_notice_feed"]
    found = [(name, reverse(name)) for name in places] + gallery_addresses()
    found += [(name, reverse(name, args=[books.edition.slug])) for name in ("public_edition", "api_edition")]
    for result in (books, films):
        names = ("public_result", "public_rules", "api_result")
        found += [(name, reverse(name, args=[result.pk])) for name in names]
    seen, wrong = looked_at(found)

    assert wrong == []
    assert {"gallery_work", "gallery_cover", "gallery_poster", "gallery_video", *places} <= seen
