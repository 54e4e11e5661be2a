"""The ledger as supervisors and organisers read it."""

import ast
import re
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import Role
from ledger.models import Event
from ledger.rendering import KINDS, grouped_hash, payload_lines
from ledger.selectors import ledger_root

ROOT = Path(__file__).resolve().parents[2]
RECORDERS = {"record_event", "_record", "_decide", "_write"}
KIND = re.compile(r"[a-z]+([_.][a-z]+)+")
URL = "/supervise/2026/ledger/"


def test_ledger_page_shows_events_newest_first_with_the_root(signed_in, edition, organiser, supervisor):
    page = signed_in(supervisor).get(reverse("supervise_ledger", args=["2026"])).content.decode()

    number, root = ledger_root(edition)
    assert number == 2
    for group in grouped_hash(root):
        assert f">{group}</code>" in page
    assert page.index('<td class="num pin">2</td>') < page.index('<td class="num pin">1</td>')
    assert f'title="{root}"' in page
    assert "授予角色" in page
    assert supervisor.handle in page


def test_ledger_page_is_for_organisers_too(signed_in, edition, organiser):
    assert signed_in(organiser).get(URL).status_code == 200


@pytest.mark.parametrize("role", [Role.JUDGE, Role.CLERK, None])
def test_ledger_page_is_not_for_others(signed_in, make_person, role):
    person = make_person("某人", *([role] if role else []))

    assert signed_in(person).get(URL).status_code == 404


def test_ledger_page_is_read_only(signed_in, supervisor):
    assert signed_in(supervisor).post(URL).status_code == 405


def test_ledger_page_filters_by_kind(signed_in, edition, supervisor):
    client = signed_in(supervisor)

    assert '<td class="num pin">1</td>' in client.get(URL, {"kind": "role_granted"}).content.decode()
    assert "没有这类事项" in client.get(URL, {"kind": "role_revoked"}).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_ledger_page_queries(signed_in, supervisor, make_person, rows, django_assert_num_queries):
    for number in range(rows):
        make_person(f"评委{number}", Role.JUDGE)
    client = signed_in(supervisor)

    with django_assert_num_queries(8):
        client.get(URL)


def test_payload_lines_leave_nothing_out():
    payload = '{"codes":[1,2],"deep":{"a":1},"none":null,"role":"judge","yes":true,"empty":[],"no":false}'

    assert payload_lines(payload) == [
        ("编号", "1、2"),
        ("deep", '{"a": 1}'),
        ("none", "无"),
        ("角色", "评委"),
        ("yes", "是"),
        ("empty", "无"),
        ("no", "否"),
    ]


def kinds_recorded() -> set[str]:
    """Kinds in the calls that record events, in every app's services."""
    found: set[str] = set()
    for path in [*ROOT.glob("*/services.py"), *ROOT.glob("*/services/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDERS:
                given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "kind")]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"kind", "event"}:
                given = [node.value]
            else:
                continue
            texts = [part.value for each in given for part in ast.walk(each) if isinstance(part, ast.Constant)]
            found.update(text for text in texts if isinstance(text, str) and KIND.fullmatch(text))
    return found


def test_every_kind_that_is_recorded_has_a_chinese_name():
    recorded = kinds_recorded()

    assert {"role_granted", "sign_in_codes_revoked"} <= recorded
    assert recorded - set(KINDS) == set()


def test_ledger_page_before_the_first_event(signed_in, edition, supervisor, now):
    other = type(edition).objects.create(
        slug="2027", title="2027", year=2027, organiser_name="示范市科协", created_at=now
    )
    supervisor.grants.create(edition=other, role=Role.SUPERVISOR, granted_at=now)

    page = signed_in(supervisor).get(reverse("supervise_ledger", args=["2027"])).content.decode()

    assert "还没有事项" in page
    assert not Event.objects.filter(edition=other).exists()
