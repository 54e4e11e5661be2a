"""One act on many registrations: asked once, done to whoever is as he was seen, named who is not."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Role
from contest.exceptions import ContestRefused
from contest.models import Contestant, ReviewDecision
from contest.services import import_contestants, open_participant_account
from contest.services.batches import CHANGED, Batch, BatchAct, carry_out_batch, preview_batch, usual_due_at
from contest.services.notes import send_note
from ledger.models import Event
from outbox.models import Message
from tests.contest.office import at, id_number

BORN = date(2014, 5, 1)


@pytest.fixture
def three(contest, registration, organiser, now):
    """Three adults, imported: nothing is missing."""
    rows = [registration(serial) for serial in (1, 2, 3)]
    import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    return list(Contestant.objects.order_by("pk"))


@pytest.fixture
def child(contest, junior, registration, organiser, now):
    row = registration(
        9, name="小禾", group=junior, birth_date=BORN, id_number=id_number(BORN, 9), guardian_name="禾母"
    )
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    return Contestant.objects.get(name="小禾")


@pytest.fixture
def carry_out(contest, organiser, now):
    def do(act, people, **changes):
        seen = {one.pk: one.version for one in people}
        batch = Batch(BatchAct(act), seen, changes.get("reason", ""), changes.get("due_at"))
        return carry_out_batch(contest=contest, batch=batch, actor=organiser, now=now)

    return do


def statuses():
    return list(Contestant.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # Friday 9:00 in Shanghai: Monday, Tuesday, Wednesday.
        (datetime(2026, 11, 20, 1, tzinfo=UTC), datetime(2026, 11, 25, 9, tzinfo=UTC)),
        # Saturday early in Shanghai, still Friday in UTC.
        (datetime(2026, 11, 20, 18, tzinfo=UTC), datetime(2026, 11, 25, 9, tzinfo=UTC)),
        (datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 26, 9, tzinfo=UTC)),
    ],
)
def test_usual_date_is_three_working_days_later_at_five(now, due):
    assert usual_due_at(now) == due


def test_accept_those_who_lack_nothing_and_name_the_others(contest, three, child, carry_out):
    outcome = carry_out("accept", [*three, child])
    assert [one.name for one in outcome.done] == ["选手1", "选手2", "选手3"]
    [(refused, reason)] = outcome.refused
    assert (refused, "缺监护人同意" in reason) == (child, True)
    assert statuses() == ["accepted"] * 3 + ["draft"]


def test_preview_says_what_the_act_does_and_changes_nothing(contest, three, child, carry_out):
    keys = [one.pk for one in (*three, child)]
    events = Event.objects.count()
    seen = {act: preview_batch(contest=contest, contestants=keys, act=act) for act in BatchAct}
    assert {act: [one.name for one in outcome.done] for act, outcome in seen.items()} == {
        "accept": ["选手1", "选手2", "选手3"],
        "return": [],
        "refuse": ["选手1", "选手2", "选手3", "小禾"],
        "consent": ["小禾"],
        "phones": ["小禾"],
        "outside": ["选手1", "选手2", "选手3", "小禾"],
        "inside": [],
    }
    assert (statuses(), Event.objects.count()) == (["draft"] * 4, events)


def test_pitfall_20_who_changed_since_he_was_seen_stays_as_he_is(three, carry_out):
    Contestant.objects.filter(pk=three[1].pk).update(version=7, title="换了题目")
    outcome = carry_out("accept", three)
    assert [one.pk for one in outcome.done] == [three[0].pk, three[2].pk]
    assert [(one.pk, reason) for one, reason in outcome.refused] == [(three[1].pk, CHANGED)]
    assert statuses() == ["accepted", "draft", "accepted"]


def test_consent_and_phone_then_accept(contest, child, carry_out):
    assert carry_out("consent", [child]).done == [child]
    child.refresh_from_db()
    assert carry_out("phones", [child]).done == [child]
    child.refresh_from_db()
    assert (child.guardian_phone, child.guardian_consent_how) == ("19900000009", "written")
    assert carry_out("accept", [child]).done == [child]


def test_consent_twice_says_so(child, carry_out):
    carry_out("consent", [child])
    child.refresh_from_db()
    assert [reason for _, reason in carry_out("consent", [child]).refused] == ["已有监护人同意。"]


def test_outside_quota_and_back(three, carry_out):
    carry_out("outside", three[:1], reason="承办单位增加的名额。")
    three[0].refresh_from_db()
    assert (three[0].outside_quota, three[0].outside_quota_reason) == (True, "承办单位增加的名额。")
    carry_out("inside", three[:1])
    three[0].refresh_from_db()
    assert (three[0].outside_quota, three[0].outside_quota_reason) == (False, "")


@pytest.mark.parametrize("act", ["return", "refuse", "outside"])
def test_batch_without_a_reason(three, carry_out, act):
    with pytest.raises(ContestRefused, match="原因"):
        carry_out(act, three)


def test_batch_of_nobody(contest, organiser, now):
    with pytest.raises(ContestRefused, match="勾选"):
        carry_out_batch(contest=contest, batch=Batch(BatchAct.ACCEPT, {}), actor=organiser, now=now)


# The pages.


def post(client, contest, **fields):
    return client.post(at("organise_batch", contest.pk), fields)


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_confirmation_names_how_many_and_who_cannot_and_the_result_who_was_done(
    contest, three, child, signed_in, organiser
):
    client = signed_in(organiser)
    page = post(client, contest, act="accept", scope="all").content.decode()
    assert "受理：3 人" in page
    assert "不能办理的 1 人" in page
    assert "缺监护人同意" in page
    assert statuses() == ["draft"] * 4
    fields = {name: hidden(page, name) for name in ("seen", "unable", "token")} | {"act": "accept", "confirmed": "1"}
    answer = client.post(at("organise_batch", contest.pk), fields)
    assert answer.status_code == 302
    result = client.get(answer.url).content.decode()
    assert "受理：办好 3 人，1 人没有办" in result
    assert "缺监护人同意" in result
    assert statuses() == ["accepted"] * 3 + ["draft"]
    # The same page sent again is the same act: neither decided nor told a second time.
    decisions, messages = ReviewDecision.objects.count(), Message.objects.count()
    assert client.post(at("organise_batch", contest.pk), fields).url == answer.url
    assert "受理：办好 3 人，1 人没有办" in client.get(answer.url).content.decode()
    assert (ReviewDecision.objects.count(), Message.objects.count()) == (decisions, messages)


def test_batch_of_the_ticked_only(contest, three, signed_in, organiser):
    client = signed_in(organiser)
    page = post(client, contest, act="refuse", scope="ticked", contestant=[three[0].pk, "x"]).content.decode()
    assert "不予受理：1 人" in page
    fields: dict[str, object] = {name: hidden(page, name) for name in ("seen", "token")}
    fields |= {"act": "refuse", "confirmed": "1"}
    missing = client.post(at("organise_batch", contest.pk), fields).content.decode()
    assert "请勾选一条原因" in missing
    assert hidden(missing, "seen") == fields["seen"]
    fields |= {"reasons": ["同一人重复报名。"], "words": "见\n名单"}
    client.post(at("organise_batch", contest.pk), fields)
    three[0].refresh_from_db()
    assert (three[0].status, three[0].status_reason) == ("refused", "同一人重复报名。见 名单")


def test_return_in_bulk_keeps_what_was_typed_where_the_date_is_past(contest, three, carry_out, signed_in, organiser):
    carry_out("accept", three)
    client = signed_in(organiser)
    page = post(client, contest, act="return", scope="all", q="选手").content.decode()
    fields = {name: hidden(page, name) for name in ("seen", "token")}
    fields |= {"act": "return", "confirmed": "1", "words": "照片换一张", "due_at": "2020-01-01T17:00"}
    refused = client.post(at("organise_batch", contest.pk), fields).content.decode()
    assert "补正期限已经过去" in refused
    assert "照片换一张" in refused
    fields["due_at"] = "2099-01-01T17:00"
    assert client.post(at("organise_batch", contest.pk), fields).status_code == 302
    assert statuses() == ["returned"] * 3
    assert ReviewDecision.objects.filter(act="return").count() == 3


def test_nobody_ticked_is_told_what_to_do(contest, three, signed_in, organiser):
    page = post(signed_in(organiser), contest, act="accept", scope="ticked").content.decode()
    assert "还没有勾选选手" in page


def test_an_act_that_is_none_leads_back(contest, three, signed_in, organiser):
    assert post(signed_in(organiser), contest, act="delete", scope="all").status_code == 302
    assert statuses() == ["draft"] * 3


def test_a_result_that_is_not_there_leads_back(contest, signed_in, organiser):
    answer = signed_in(organiser).get(at("organise_batch_result", contest.pk), {"token": "no"})
    assert answer.url == at("organise_contestants", contest.pk)


def test_people_of_another_contest_are_not_in_a_batch(contest, three, signed_in, organiser):
    other = contest
    other.pk, other.slug = None, "other"
    other.save(force_insert=True)
    page = post(signed_in(organiser), other, act="accept", scope="ticked", contestant=[three[0].pk]).content.decode()
    assert "受理：0 人" in page


def test_review_begins_with_what_was_submitted(contest, signed_in, organiser):
    answer = signed_in(organiser).get(at("organise_review", contest.pk))
    assert answer.url == f"{at('organise_contestants', contest.pk)}?status=submitted"


def test_abandoned_drafts_are_closed_after_the_deadline_only(contest, adult, three, signed_in, organiser, now):
    Contestant.objects.create(contest=contest, group=adult, name="没写完", typed="{}", created_at=now)
    client = signed_in(organiser)
    address = at("organise_close_drafts", contest.pk)
    assert "截止后再清理" in client.get(address).content.decode()
    assert "截止后再清理" in client.post(address, {"reason": "没有提交"}).content.decode()
    assert statuses() == ["draft"] * 4
    contest.registration_closes_at = now
    contest.save()
    assert "没写完" in client.get(address).content.decode()
    page = client.post(address, {"reason": "没有提交"}, follow=True).content.decode()
    assert "办好 1 人" in page
    assert statuses() == ["draft"] * 3 + ["refused"]


def test_a_note_reaches_the_registrant_and_the_units_coordinator(contest, three, organiser, make_person, now):
    one = three[0]
    Contestant.objects.filter(pk=one.pk).update(channel="unit")
    coordinator = make_person("联络员", email="unit@example.com")
    coordinator.grants.create(edition=contest.edition, role=Role.COORDINATOR, unit=one.unit, granted_at=now)
    opened = open_participant_account(contestant=one, actor=organiser, now=now)
    Message.objects.all().delete()
    note = send_note(contestant=one, body="{{ user.password }} 请带原件", actor=organiser, now=now)
    assert note.told == 2
    # Pitfall 21: what was written is text, whoever reads it.
    found = Message.objects.filter(channel=Message.Channel.IN_APP).order_by("recipient_id")
    assert {each.recipient_id for each in found} == {coordinator.pk, opened.user.pk}
    assert all("{{ user.password }} 请带原件" in each.body for each in found)
    assert send_note(contestant=one, body="{{ user.password }} 请带原件", actor=organiser, now=now) == note
    assert Message.objects.filter(channel=Message.Channel.IN_APP).count() == 2


@pytest.mark.parametrize(("body", "message"), [("  ", "写下"), ("长" * 501, "最多"), ("您好", "打电话")])
def test_note_refused(three, organiser, now, body, message):
    with pytest.raises(ContestRefused, match=message):
        send_note(contestant=three[0], body=body, actor=organiser, now=now)
    assert Message.objects.count() == 0
