"""What the author of an objection may say: a real name, a phone that answers, an object, and reasons."""

import re
from dataclasses import dataclass, replace

from core.text.names import is_plausible_name, normalise_name
from core.text.phones import PhoneInvalid, is_mobile, normalise_phone
from results.exceptions import ObjectionRefused
from results.models import Objection, Publicity
from results.selectors import publicised_rows

SHORTEST_BODY, LONGEST_BODY = 10, 5000
LONGEST_ABOUT, LONGEST_UNIT = 200, 120
_NOBODY = re.compile("匿名|无名|佚名|不愿|不便|保密|某|网友|群众|知情人|热心人|路人|测试")
_NO_NAME = re.compile(r"(先生|女士|小姐|同学|老师|家长|同志)$|^(.)\2{2,}$")


@dataclass(frozen=True)
class Said:
    """What the author of an objection says, in the spelling that is kept."""

    kind: str
    name: str
    phone: str
    unit_name: str
    entry: str
    about: str
    body: str


def checked(said: Said, period: Publicity | None, *, on_paper: bool = False) -> Said:
    """The words in the spelling that is kept. Refuses (ObjectionRefused, with the field) what is anonymous, wrong or
    lacking; on paper a name and a phone may lack, and the office decides."""
    if said.kind not in Objection.Kind.values:
        raise ObjectionRefused("请选择以个人还是以单位名义提出。", field="kind")
    is_person = said.kind == Objection.Kind.PERSON
    name = normalise_name(said.name.replace("\0", ""))
    if name or not on_paper:
        _check_name(name, "姓名" if is_person else "联系人姓名")
    phone = said.phone.strip()
    if phone or not on_paper:
        phone = _checked_phone(phone, must_be_mobile=is_person and not on_paper)
    unit_name = "" if is_person else " ".join(said.unit_name.replace("\0", "").split())
    if not is_person and not 2 <= len(unit_name) <= LONGEST_UNIT:
        raise ObjectionRefused(f"请填写单位全称，2 至 {LONGEST_UNIT} 个字。", field="unit_name")
    entry, about = said.entry.strip(), said.about.replace("\0", "").strip()
    if entry and (period is None or entry not in {row["entry"] for row in publicised_rows(period)}):
        raise ObjectionRefused("公示名单里没有所选的这一项，请重新选择，或在下一栏写明对象。", field="entry")
    if not entry and not about:
        raise ObjectionRefused("请选择名单中的一项，或写明针对谁、哪件作品或哪件事。", field="about")
    if len(about) > LONGEST_ABOUT:
        raise ObjectionRefused(f"针对的对象最多 {LONGEST_ABOUT} 个字，详情请写在异议内容里。", field="about")
    body = said.body.replace("\0", "").replace("\r\n", "\n").strip()
    if not SHORTEST_BODY <= len(body) <= LONGEST_BODY:
        message = f"异议内容和理由须为 {SHORTEST_BODY} 至 {LONGEST_BODY} 个字，现在有 {len(body)} 个字。"
        raise ObjectionRefused(message + ("更多内容请作为附件上传。" if len(body) > LONGEST_BODY else ""), field="body")
    return replace(said, name=name, phone=phone, unit_name=unit_name, entry=entry, about=about, body=body)


def _check_name(name: str, label: str) -> None:
    if not name or _NOBODY.search(name):
        raise ObjectionRefused(
            f"请填写真实{label}：异议须实名提出，匿名的无法核实和答复，不予受理。姓名只有经办人员可以看到，不会公开。",
            field="name",
        )
    if not 2 <= len(name) <= 20 or not is_plausible_name(name) or _NO_NAME.search(name):
        raise ObjectionRefused(f"“{name[:20]}”不像真实姓名，请填写身份证件上的{label}（2 至 20 个字）。", field="name")


def _checked_phone(text: str, *, must_be_mobile: bool) -> str:
    if not text:
        raise ObjectionRefused("请填写联系电话，核实和答复时要用；电话只有经办人员可以看到。", field="phone")
    try:
        phone = normalise_phone(text)
    except PhoneInvalid as error:
        raise ObjectionRefused(error.message, field="phone") from error
    if must_be_mobile and not is_mobile(phone):
        raise ObjectionRefused("个人提出异议请填写 11 位手机号码。", field="phone")
    return phone
