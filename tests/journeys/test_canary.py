"""A canary in every personal text of every row is on no page that a visitor without account can open."""

import io
import re
import zipfile

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from pypdf import PdfReader
from pypdf.errors import PdfReadError

from accounts.models import User
from certificates.models import Certificate
from contest.models import Contestant
from core.fields import EncryptedTextField
from results.models import Result
from tests.journeys.test_who_may_see_what import addresses, demo, filled, keys_of  # noqa: F401 (fixture)
from works.models import Work

MARK = "金丝雀"
# Personal columns that are not encrypted; each gets a canary.
PLAIN = {
    *("Contestant.email", "Contestant.guardian_consent_how", "Contestant.guardian_name", "Contestant.remark"),
    *("Delegation.address", "Delegation.contact_email", "Delegation.remark", "PaperCopy.note"),
    *("User.email", "Work.email", "Work.remark"),
}
DATED = {"Contestant.birth_date", "Contestant.guardian_consent_at"}
PUBLIC = {
    "Correction.decision_note",  # append-only, and shown to the house alone; the book's journey tests it
    "Edition.supervision_phone",  # the office's telephone for complaints, printed in every notice
    "Notice.addressees",  # units that a notice is for
    "Publicity.calendar_note",  # what the calendar does not know
    "Work.ai_note",  # how a work used AI, part of what is judged
    "Work.edition_note",  # which impression of the book
}
ID_NUMBERS = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\dXx])")


OF_AN_ACCOUNT = ("my_", "unit_", "judge_", "organise_", "supervise_", "hall_", "api_", "redraw_")


def own_models():
    names = {"accounts", "contest", "works", "results", "certificates", "notices", "scoring", "outbox", "core"}
    return [model for model in apps.get_models() if model._meta.app_label in names]


def plant() -> list[str]:
    """Write a canary into every encrypted column that the database lets anybody change; returns where."""
    from django.db import DatabaseError, transaction

    planted = []
    for model in own_models():
        for field in model._meta.fields:
            if not isinstance(field, EncryptedTextField) and f"{model.__name__}.{field.name}" not in PLAIN:
                continue
            if field.name == "email":  # unique for accounts
                continue
            try:
                with transaction.atomic():
                    for row in model.objects.order_by("pk")[:20]:
                        model.objects.filter(pk=row.pk).update(**{field.name: f"{MARK}{field.name}"})
            except DatabaseError:
                continue  # append-only: what services have written stands
            planted.append(f"{model.__name__}.{field.name}")
    for model in (Contestant, Work):
        model.objects.update(email="jinsique0@example.com")
    User.objects.update(name=f"{MARK}账号")
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"jinsique{user.pk}@example.com")
    return planted


def words_in(answer) -> str:
    """All text of an answer: headers, page source, words of PDFs, every part of a packed file."""
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
    return text + content.decode(errors="replace")


def leaks(text: str) -> list[str]:
    found = [MARK] if MARK in text or MARK.encode("unicode_escape").decode() in text else []
    found += re.findall(r"jinsique\d+@", text)
    return found + ID_NUMBERS.findall(text)


def test_a_planted_canary_is_found():
    assert leaks(f"<p>{MARK}</p>") == [MARK]
    assert leaks('{"name": "\\u91d1\\u4e1d\\u96c0"}') == [MARK]
    assert leaks("<!-- 350102199001011234 -->") == ["350102199001011234"]
    assert leaks("jinsique7@example.com") == ["jinsique7@"]
    assert leaks("<p>普通的网页</p>") == []


def token_of(name):
    """Links that are somebody's own: who holds one is shown a certificate's masked name; an objection's words none."""
    if name == "certificate_check_token":
        return Certificate.objects.order_by("pk").first().token
    return "no-such-token"


@pytest.mark.slow
def test_no_anonymous_address_shows_a_canary(demo):  # noqa: F811 (fixture)
    planted = plant()
    assert {"User.phone", "Contestant.phone"} <= set(planted)
    assert Contestant.objects.exists()
    keys, seen, wrong, unfilled = keys_of(demo.slug), 0, [], set()
    published = Result.objects.filter(state="published").order_by("pk").first()
    keys["gallery"] = published.pk
    first_code = published.published.rows[0]["entry"]
    client = Client()
    for route, name in addresses():
        keyed = [keys]
        if "results/<int:pk>" in route:
            keyed = [{**keys, "results": pk} for pk in Result.objects.values_list("pk", flat=True)]
        for each in keyed:
            try:
                address = filled(
                    route.replace("<str:entry>", first_code).replace("<str:token>", token_of(name)), demo.slug, each
                )
            except KeyError as word:
                unfilled.add(f"{name} {word}")
                continue
            answer = client.get(address)
            text = words_in(answer)
            seen += answer.status_code == 200
            if found := leaks(text):
                wrong.append((name, address, found))

    assert wrong == []
    assert not {each for each in unfilled if not each.startswith(OF_AN_ACCOUNT)}
    assert seen > 20


def test_every_column_called_after_personal_data_is_encrypted_or_listed():
    """A new text column called after a person's own data is encrypted, planted with a canary, or listed as public."""
    personal = re.compile(r"phone|id_number|email|birth|guardian|address|remark|note$")
    plain = {
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField | models.DateField)
        and personal.search(field.name)
        and not isinstance(field, EncryptedTextField)
        and not field.name.endswith("_index")
    }

    assert plain == PLAIN | DATED | PUBLIC
