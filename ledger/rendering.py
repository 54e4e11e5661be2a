"""Events in plain words. The chain keeps English kinds and keys; a page shows Chinese."""

import json
from typing import Any

KINDS = {
    "role granted": "授予角色",
    "role revoked": "收回角色",
    "invitation issued": "发出邀请",
    "invitation revoked": "撤销邀请",
    "sign-in code issued": "发放登录码",
    "sign-in codes revoked": "作废登录码",
    "reset code issued": "发放密码重置码",
}
_KEYS = {
    "grant": "授权号",
    "user": "账号代号",
    "role": "角色",
    "unit": "单位号",
    "invitation": "邀请号",
    "code": "编号",
    "codes": "编号",
    "reset": "重置码号",
}


def kind_label(kind: str) -> str:
    """The Chinese name of an act; the kind itself where it has none yet."""
    return KINDS.get(kind, kind)


def payload_lines(payload: str) -> list[tuple[str, str]]:
    """Key and value of each part of an event's content, in the order of the chain, nothing left out."""
    parts: dict[str, Any] = json.loads(payload)
    return [(_KEYS.get(key, key), _plain(value)) for key, value in parts.items()]


def grouped_hash(digest: str) -> list[str]:
    """A hash as read aloud or compared on paper: groups of eight."""
    return [digest[start : start + 8] for start in range(0, len(digest), 8)]


def _plain(value: Any) -> str:
    if value is None:
        return "无"
    if value is True or value is False:
        return "是" if value else "否"
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return "、".join(str(item) for item in value) or "无"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
