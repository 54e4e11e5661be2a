"""监护人同意 online: which text, when, by whose account; under 14 by the guardian's own (domain.md D4)."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.services import create_user
from contest.exceptions import ContestRefused
from contest.models import Contestant
from contest.services import give_consent, recall_registration, submit_registration
from contest.services.consent_texts import latest_consent_text, publish_consent_text
from ledger.models import Event


@pytest.fixture
def text(call):
    return latest_consent_text(call)


def test_guardian_consents_and_version_time_and_account_are_kept(handed_in, text, guardian, now):
    contestant = handed_in()

    give_consent(contestant=contestant, text=text, actor=guardian, now=now)

    contestant.refresh_from_db()
    assert (
        contestant.guardian_consent_at,
        contestant.guardian_consent_how,
        contestant.guardian_consent_text,
        contestant.guardian_consent_by,
    ) == (now, "online", text, guardian)
    payload = json.loads(Event.objects.get(kind="guardian_consent_given").payload)
    assert payload == {"contestant": contestant.pk, "version": text.version}


def test_consent_given_twice_stays_as_first_given(handed_in, text, guardian, now):
    contestant = handed_in()
    give_consent(contestant=contestant, text=text, actor=guardian, now=now)

    again = give_consent(contestant=contestant, text=text, actor=guardian, now=now + timedelta(days=1))

    assert again.guardian_consent_at == now
    assert Event.objects.filter(kind="guardian_consent_given").count() == 1


def test_under_fourteen_only_by_an_account_in_the_guardians_name(handed_in, text, now):
    childs = create_user(name="周小禾", phone="19900007777")
    contestant = handed_in(owner=childs)

    with pytest.raises(ContestRefused) as refused:
        give_consent(contestant=contestant, text=text, actor=childs, now=now)

    assert "须由监护人周母用自己名下的账号同意" in refused.value.message
    assert "书面同意书" in refused.value.message


def test_fourteenth_birthday_is_counted_in_beijing(handed_in, text, call):
    childs = create_user(name="周小禾", phone="19900007777")
    contestant = handed_in(owner=childs, born=date(2012, 11, 25))
    midnight = datetime(2026, 11, 25, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

    with pytest.raises(ContestRefused):
        give_consent(contestant=contestant, text=text, actor=childs, now=midnight - timedelta(microseconds=1))
    assert give_consent(contestant=contestant, text=text, actor=childs, now=midnight).guardian_consent_at == midnight


def test_older_text_is_not_agreed_to(handed_in, text, guardian, organiser, now):
    contestant = handed_in()
    publish_consent_text(contest=contestant.contest, body="新的同意书。" * 20, actor=organiser, now=now)

    with pytest.raises(ContestRefused, match="刚刚更新"):
        give_consent(contestant=contestant, text=text, actor=guardian, now=now)


def test_another_account_consents_to_nothing(handed_in, text, stranger, now):
    contestant = handed_in()

    with pytest.raises(ContestRefused, match="不在您的账号名下"):
        give_consent(contestant=contestant, text=text, actor=stranger, now=now)


def test_consent_needs_a_checked_registration(draft, junior, adult, text, guardian, now):
    with pytest.raises(ContestRefused, match="请先填好报名表并提交"):
        give_consent(contestant=draft(junior), text=text, actor=guardian, now=now)
    with pytest.raises(ContestRefused, match="不需要监护人同意"):
        give_consent(contestant=draft(adult), text=text, actor=guardian, now=now)


@pytest.mark.parametrize(
    "changes", [{"guardian_name": "周父"}, {"born": date(2015, 1, 1), "serial": 2}], ids=["guardian", "age"]
)
def test_consent_ends_with_the_guardian_or_the_age_it_was_given_for(handed_in, text, guardian, child, now, changes):
    contestant = handed_in()
    give_consent(contestant=contestant, text=text, actor=guardian, now=now)
    draft = recall_registration(contestant=contestant, actor=guardian, now=now)

    submit_registration(
        contestant=draft, registration=child(**changes), base_version=draft.version, actor=guardian, now=now
    )

    assert Contestant.objects.get().guardian_consent_at is None


def test_consent_stays_when_something_else_changes(handed_in, text, guardian, child, now):
    contestant = handed_in()
    give_consent(contestant=contestant, text=text, actor=guardian, now=now)
    draft = recall_registration(contestant=contestant, actor=guardian, now=now)

    submit_registration(
        contestant=draft, registration=child(title="新题目"), base_version=draft.version, actor=guardian, now=now
    )

    assert Contestant.objects.get().guardian_consent_at == now
