"""Every address × every role on the demo (design §7): who is let in, and that all others meet what does not exist.

An address that is not in the table fails the test: it has to be thought of before it is served.
"""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import Invitation, Role, RoleGrant, UnitAlias, User
from accounts.services import create_user, grant_role, invite
from certificates.models import Batch, Certificate
from certificates.services import claim_certificates, finish_certificates, make_file
from contest.models import Contest, Contestant, ExcludedPerson, Finalist, Group, GroupRound, MaterialRequirement
from contest.services.exclusions import Exclusion, add_exclusions
from contest.services.requirements import RequirementSettings, add_requirement
from core.models import Edition
from ledger.models import Event
from notices.models import Attachment
from notices.services import add_attachment, create_notice, publish_notice
from outbox.models import Message
from results.models import Objection, ObjectionFile, Publicity, Result
from results.services import lodge_objection
from scoring.models import Correction, Entry, Panel, Recusal, Round, Rulebook, ScoreSheet
from scoring.services import request_entry_correction
from tests.core.samples import pdf, readable_pdf
from works.models import Admission, FileRequirement, FormerWinner, Kind, KindRound, Selection, Work, WorkFile
from works.services.former_winners import FormerLine, add_former_winners

ANYBODY = {
    *("public_draw", "public_draw_json"),
    *("sign_up", "privacy", "public_contest", "public_contest_rules"),
    *("home", "sign_in", "code_entry", "password_reset", "password_reset_sent", "reset_by_code"),
    *("password_reset_confirm", "public_results", "public_result", "public_rules"),
    *("certificate_check", "certificate_check_file"),
    *("api_results", "api_result", "api_editions", "api_edition", "api_schema", "api_docs"),
    *("api_contests", "api_contest", "public_selection", "public_selection_rules"),
    *("gallery", "public_edition", "objection_new", "help", "help_page"),
    "public_notice_pdf",
    *("public_notices", "public_notice", "public_notice_attachment", "public_notice_feed", "api_notices", "api_notice"),
}
NOBODY = {  # without its token, on a full database
    *("setup", "code_sign_in", "invitation", "certificate_check_token", "objection_state"),
}
SIGNED_IN = {
    *("start", "my_account", "my_messages", "my_home", "my_certificates", "judge_home", "organise_home"),
    *("my_works", "my_tokens", "api_uploads", "api_judge_rounds", "api_sheets", "api_registrations", "api_works"),
}
OWN = {"judge_round", "judge_sheet", "judge_recuse", "api_sheet"}
NOT_HERE = {  # other tests: one's own rows
    *("sign_out", "my_token_revoke", "my_messages_read", "my_message_read", "my_certificate_file"),
    *("my_registration_certificate", "my_register", "my_registration", "my_autosave", "my_recall", "my_withdraw"),
    *("my_receipt", "my_registration_form", "my_consent", "my_materials", "my_material", "my_material_file"),
    *(
        "my_material_take_back",
        "unit_material_file",
        "unit_material_take_back",
        "unit_certificate_file",
        "organise_material_file",
    ),
    *("api_upload", "api_registration", "api_registration_submit", "api_registration_recall", "api_work"),
    *("organise_asset_preview", "organise_asset_file", "organise_asset_remove"),
    *("my_work_new", "my_work", "my_work_autosave", "my_work_recall", "my_work_withdraw", "my_work_receipt"),
    *("my_work_form", "my_work_history", "my_work_hand_in", "my_work_file", "my_work_take_back"),
    *("unit_work", "unit_work_autosave", "unit_work_recall", "unit_work_withdraw", "unit_work_form"),
    *("unit_work_history", "unit_work_hand_in", "unit_work_file", "unit_work_take_back"),
    *("judge_exhibit", "judge_exhibit_file", "organise_video_forfeit", "redraw_decide", "my_feedback"),
    *("judge_works", "judge_work_ties", "judge_work", "judge_work_file", "organise_meeting_entry"),
    *("organise_recommend", "organise_recommendation_withdraw"),
    *("judge_works", "judge_work", "judge_work_file", "judge_work_ties", "my_feedback"),
    *("gallery_work", "gallery_cover", "gallery_poster", "gallery_video"),  # of works on a published list
}
BOOKS = {"organiser", "supervisor"}
EXCEPT = {
    "organise_seals": {"organiser", "seal_keeper"},
    "public_book": BOOKS,
    "organise_objection_file": BOOKS,
    "api_result_book": BOOKS,
    "organise_paper": {"organiser", "clerk"},
    "organise_paper_sheet": {"organiser", "clerk"},
    "organise_rulebook": {"organiser", "supervisor", "clerk"},
    "supervise_rulebook": {"organiser", "supervisor", "clerk"},
    "supervise_ledger": {"organiser", "supervisor"},
    **{f"{who}_book_{form}": BOOKS for who in ("organise", "supervise") for form in ("json", "xlsx", "print")},
}
PREFIXES = {
    "organise_": {"organiser"},
    "supervise_": {"supervisor"},
    "hall_": {"organiser", "clerk"},
    "unit_": {"coordinator"},
}
POST_ONLY = 405
OTHER = "other edition's organiser"


def addresses(resolver=None, prefix=""):
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.name
        elif isinstance(each, URLResolver) and not route.startswith("admin/"):
            yield from addresses(each, route)


def allowed(name, visitors):
    signed_in = set(visitors) - {"anonymous"}
    if name in ANYBODY:
        return set(visitors)
    if name in SIGNED_IN:
        return signed_in
    if name in NOBODY:
        return set()
    if name in OWN:
        return {"judge"}
    if name in EXCEPT:
        return EXCEPT[name]
    if name == "unit_start":  # the units of one's own editions
        return {"coordinator", OTHER}
    if name == "hall_home":  # the rounds of one's own editions
        return {"organiser", "clerk", OTHER}
    [roles] = [roles for prefix, roles in PREFIXES.items() if name.startswith(prefix)]
    return roles


@pytest.fixture
def demo(db, now, settings, tmp_path):
    """The demo's edition with one row of everything that has an address."""
    settings.MEDIA_ROOT = tmp_path
    call_command("demo", verbosity=0)
    edition = Edition.objects.get()
    organiser = RoleGrant.objects.filter(role=Role.ORGANISER).first().user
    Contest.objects.update(call_published_at=now)
    invite(edition=edition, role=Role.CLERK, name="待定", actor=organiser, now=now)
    UnitAlias.objects.create(unit_id=Contestant.objects.first().unit_id, name="别名")
    contest = Contest.objects.first()
    ask = RequirementSettings("讲稿", "", ["pdf"], 10, False, "everybody")
    add_requirement(contest=contest, settings=ask, actor=organiser, now=now)
    add_exclusions(contest=contest, rows=[Exclusion("张三", "", "金奖")], actor=organiser, now=now)
    stage_selection(organiser, now)
    stage_notice(edition, organiser, now)
    stage_objection(organiser, now)
    entry = Entry.objects.filter(round__state=Round.State.LOCKED).first()
    request_entry_correction(
        entry=entry,
        subject="deduction",
        new={"points": "1", "reason": "越线"},
        reason="复核",
        actor=organiser,
        now=now,
    )
    (certificate,) = claim_certificates(certificate_ids=[Certificate.objects.order_by("pk").first().pk], now=now)
    finish_certificates(made=[make_file(certificate, check_url="http://localhost/v/x/")], now=now)
    return edition


def stage_notice(edition, organiser, now):
    """A published call with a file."""
    day = timezone.localdate(now)
    notice = create_notice(
        edition=edition, kind="call", title="征集通知", body="正文", dated=day, actor=organiser, now=now
    )
    add_attachment(notice=notice, file=ContentFile(readable_pdf(), "表.pdf"), actor=organiser, now=now)
    publish_notice(notice=notice, actor=organiser, now=now)


def stage_objection(organiser, now):
    """One with evidence, in a period of the oldest result."""
    result = Result.objects.order_by("pk").first()
    period = result.publicities.first()
    if period is None:
        subject, day = f"result-{result.pk}", timezone.localdate(now)
        notice = create_notice(
            edition=result.edition,
            kind="publicity",
            title="公示",
            body="正文",
            dated=day,
            subject=subject,
            actor=organiser,
            now=now,
        )
        publish_notice(notice=notice, actor=organiser, now=now, current=([], ""))
        period = Publicity.objects.create(
            result=result,
            roster=result.rosters.first(),
            notice=notice,
            number=1,
            working_days=5,
            starts_on=day,
            ends_on=day + timedelta(days=7),
            rule_ends_on=day + timedelta(days=7),
            closes_at=now + timedelta(days=8),
            started_by=organiser,
            started_at=now,
        )
    lodge_objection(
        result=result,
        kind="person",
        name="甄异议",
        phone="13800001234",
        about="评审程序",
        body="现场计时与公布的不一致，请核实。",
        files=[SimpleUploadedFile("证据.pdf", pdf())],
        submission="who-may-see-what",
        now=now,
    )


def stage_selection(organiser, now):
    """Of the demo's selection what it does not have: a former winner, and a call in public."""
    selection = Selection.objects.order_by("pk").first()
    Selection.objects.update(call_published_at=now)
    line = FormerLine("星空", "", "", "2025 年一等奖")
    add_former_winners(selection=selection, lines=[line], actor=organiser, now=now)


@pytest.fixture
def visitors(demo, now):
    found = {role: RoleGrant.objects.filter(role=role).first().user for role in ("organiser", "supervisor", "clerk")}
    found["judge"] = ScoreSheet.objects.order_by("pk").first().judge
    found["stranger"] = create_user(name="路人", email="stranger@example.com")
    other = Edition.objects.create(slug="other", title="别处", year=2025, organiser_name="别处", created_at=now)
    found[OTHER] = create_user(name="别处组织", email="other@example.com")
    for role in (Role.ORGANISER, Role.SUPERVISOR, Role.CLERK):
        grant_role(user=found[OTHER], edition=other, role=role, actor=None, now=now)
    found["seal_keeper"] = create_user(name="印管", email="seals@example.com")
    grant_role(user=found["seal_keeper"], edition=demo, role=Role.SEAL_KEEPER, actor=None, now=now)
    found["coordinator"] = create_user(name="联络员", email="coordinator@example.com")
    unit = UnitAlias.objects.get().unit
    for user, where in ((found["coordinator"], demo), (found[OTHER], other)):
        grant_role(user=user, edition=where, role=Role.COORDINATOR, unit=unit, actor=None, now=now)
    return {"anonymous": None, **found}


def keys_of(slug):
    """A key for each kind of row, by the word before it in the address."""
    first = {
        "results": Result,
        "objections": Objection,
        "evidence": ObjectionFile,
        "rounds": Round,
        "sheets": ScoreSheet,
        "contests": Contest,
        "contestants": Contestant,
        "groups": Group,
        "finalists": Finalist,
        "requirements": MaterialRequirement,
        "exclusions": ExcludedPerson,
        "panels": Panel,
        "recusals": Recusal,
        "rulebooks": Rulebook,
        "entries": Entry,
        "certificates": Certificate,
        "batches": Batch,
        "corrections": Correction,
        "invitations": Invitation,
        "grants": RoleGrant,
        "aliases": UnitAlias,
        "draws": GroupRound,
        "works": Selection,
        "selections": Selection,
        "kinds": Kind,
        "items": Work,
        "files": WorkFile,
        "filerequirements": FileRequirement,
        "former": FormerWinner,
    }
    keys = {word: model.objects.order_by("pk").first().pk for word, model in first.items()}
    admission = Admission.objects.select_related("entry").order_by("pk").first()
    keys |= {"works/rounds": admission.entry.round_id, "works/entries": admission.entry_id}
    keys["messages"] = Message.objects.exclude(edition=None).order_by("pk").first().pk
    unit = UnitAlias.objects.get().unit_id
    keys["works/rounds"] = KindRound.objects.order_by("pk").first().round_id
    attachment = Attachment.objects.order_by("pk").first()
    keys |= {"notices": attachment.notice_id, "attachments": attachment.pk}
    keys["calendar"] = 2026  # a year of its own, not a row's number
    return {**keys, "units": unit, "people": User.objects.filter(grants__role=Role.CLERK).first().pk}


def filled(route, slug, keys):
    route = route.replace("<slug:slug>", slug).replace("<slug:kind>", "nomination_list")
    route = route.replace("message-templates/<slug:code>", "message-templates/office_note")
    route = route.replace("<slug:code>", "classic").replace("<slug:document>", "recommendation_form")
    route = route.replace("<slug:act>", "note").replace("<path:page>", "public")
    route = re.sub(r"(works/(?:rounds|entries))/<int:pk>", lambda match: f"{match[1]}/{keys[match[1]]}", route)
    route = re.sub(r"(\w+)/<int:\w+>", lambda match: f"{match[1]}/{keys[match[1]]}", route)
    return "/" + re.sub(r"<str:\w+>", "no-such-token", route)


@pytest.mark.slow
def test_every_address_lets_in_whom_it_names_and_nobody_else(demo, visitors):
    keys = keys_of(demo.slug)
    acts_before = Event.objects.count()
    wrong = []
    for who, user in visitors.items():
        client = Client()
        if user is not None:
            client.force_login(user, backend="accounts.backends.PhoneOrEmailBackend")
        for route, name in addresses():
            if name in NOT_HERE:
                continue
            may = who in allowed(name, visitors)
            for slug in (demo.slug, "other") if "<slug:slug>" in route else (demo.slug,):
                address = filled(route, slug, keys)
                answer = client.get(address)
                answer.getvalue()  # closes a certificate's file; close() would close the database too
                if may and slug == demo.slug:
                    right = answer.status_code in (200, 302, POST_ONLY)
                elif slug == "other":  # this edition's rows do not exist below another's slug
                    own_pages = who == OTHER and "<int:pk>" not in route
                    right = own_pages or refused(who, client, address, answer) or global_unit(who, name)
                else:
                    right = refused(who, client, address, answer)
                if not right:
                    wrong.append((who, name, address, answer.status_code))

    assert wrong == []
    assert Event.objects.count() == acts_before


def refused(who, client, address, answer):
    """404 to GET and POST alike, or the way to the sign-in page for a visitor without account."""
    if answer.status_code == POST_ONLY:
        answer = client.post(address)
    if who == "anonymous" and answer.status_code == 302:
        return answer.url.startswith("/sign-in/")
    if who == "anonymous" and address.startswith("/api/"):
        return answer.status_code in (401, 404)
    return answer.status_code == 404


def global_unit(who, name):
    """Units belong to no edition: the organiser of any edition keeps them."""
    return who == OTHER and name in {"organise_unit", "organise_alias_remove"}
