"""Events in plain words. The chain keeps English kinds and keys; a page shows Chinese."""

import json
from typing import Any

# One line for each kind that a service records; a test walks the services and names those missing here.
KINDS = {
    "extra_nominated": "名额外推荐",
    "delegation_set": "填写代表队信息",
    "word_template_changed": "更换文书模板",
    "role_granted": "授予角色",
    "role_revoked": "收回角色",
    "invitation_issued": "发出邀请",
    "invitation_revoked": "撤销邀请",
    "sign_in_code_issued": "发放登录码",
    "sign_in_codes_revoked": "作废登录码",
    "reset_code_issued": "发放密码重置码",
    "contest_created": "建立讲解大赛",
    "contest_changed": "更改大赛设置",
    "groups_changed": "更改组别",
    "asked_fields_changed": "更改报名项目",
    "material_requirement_set": "更改材料要求",
    "consent_text_published": "发布监护人同意书",
    "call_published": "发布报名通知",
    "call_changed": "更改已发布的通知",
    "call_withdrawn": "撤回报名通知",
    "registrations_imported": "导入报名表",
    "contestant_changed": "更改选手资料",
    "contestant_left": "选手退出",
    "participant_account_opened": "为选手开通账号",
    "guardian_consent_recorded": "登记监护人同意",
    "personal_data_exported": "导出个人信息",
    "draw_committed": "公布抽签承诺",
    "order_drawn": "抽签",
    "group_round_set_up": "设立组别轮次",
    "finalists_recorded": "登记晋级选手",
    "finalist_withdrawn": "晋级选手退出",
    "reserve_moved_up": "递补",
    "rulebook_created": "建立评分细则",
    "rulebook_revised": "修订评分细则",
    "rulebook_switched": "更换评分细则",
    "seat_added": "增加评委席位",
    "seat_removed": "撤下评委席位",
    "round_created": "建立轮次",
    "round_opened": "开放评分",
    "round_locked": "封存轮次",
    "runoff_created": "设立加赛",
    "entries_reordered": "调整出场顺序",
    "entry_locked": "锁定条目",
    "entry_status_set": "更改条目状态",
    "seconds_recorded": "登记用时",
    "quiz_recorded": "登记答题得分",
    "deduction_added": "登记扣分",
    "deduction_cancelled": "取消扣分",
    "recusals_proposed": "提出回避",
    "recusal_declared": "声明回避",
    "recusal_confirmed": "确认回避",
    "recusal_dismissed": "不予回避",
    "sheet_submitted": "提交评分表",
    "sheet_returned": "退回评分表",
    "sheet_absent": "评委缺席",
    "sheet_present": "评委到场",
    "late_mark_kept": "收存逾时评分",
    "late_mark_settled": "处理逾时评分",
    "paper_typed": "录入纸质评分",
    "paper_confirmed": "核对纸质评分",
    "paper_discarded": "作废纸质录入",
    "correction_requested": "申请更正",
    "correction_applied": "确认更正",
    "correction_refused": "驳回更正",
    "tie_decided": "并列裁定",
    "snapshot_taken": "定格成绩",
    "result_proposed": "提出获奖名册",
    "result_confirmed": "确认结果",
    "result_published": "公布结果",
    "result_withdrawn": "撤回结果",
    "publication_set": "设定公布范围",
    "certificates_ordered": "登记待发证书",
    "certificates_revoked": "撤销证书",
    "certificate_issued": "颁发证书",
}
_KEYS = {
    "grant": "授权号",
    "user": "账号代号",
    "role": "角色",
    "unit": "单位号",
    "invitation": "邀请号",
    "reset": "重置码号",
    "contest": "大赛号",
    "contestant": "选手号",
    "contestants": "选手",
    "finalist": "晋级号",
    "finalists": "晋级选手",
    "reserves": "递补",
    "group": "组别",
    "groups": "组别",
    "requirement": "材料要求号",
    "act": "操作",
    "closes_at": "报名截止",
    "rulebook": "评分细则",
    "version": "版本",
    "panel": "评委组号",
    "seat": "席位",
    "seats": "席位",
    "judge": "评委席位",
    "round": "轮次号",
    "runoff": "加赛轮次号",
    "entry": "编号",
    "entries": "条目",
    "segment": "环节",
    "sheet": "评分表号",
    "marks": "单项分",
    "total": "总分",
    "seconds": "用时（秒）",
    "deduction": "扣分号",
    "points": "分值",
    "status": "状态",
    "order": "顺序",
    "reason": "理由",
    "source": "来源",
    "recusal": "回避号",
    "pairs": "回避",
    "paper": "纸质录入号",
    "correction": "更正号",
    "late_mark": "逾时评分号",
    "decision": "裁定",
    "snapshot": "定格号",
    "roster": "名册",
    "result": "结果号",
    "number": "序号",
    "code": "编号",
    "codes": "编号",
    "old": "原值摘要",
    "new": "新值摘要",
    "sha256": "摘要",
    "series": "编号系列",
    "serial": "证书编号",
    "count": "人数",
    "export": "导出号",
    "fields": "字段",
    "format": "格式",
    "preset": "预设",
    "slug": "网址代号",
    "title": "名称",
    "created": "新增",
    "unchanged": "未变",
    "sequence": "场次",
    "method": "抽签方式",
    "commitment": "承诺值",
    "secret": "密值",
    "public": "公开随机数",
    "revision": "保存版本",
    "subject": "更正对象",
    "roster_sha256": "名册摘要",
    "snapshot_sha256": "定格摘要",
    "file_sha256": "文件摘要",
    "published": "公开的名册",
    "book_access": "成绩册给谁看",
    "shows_everybody": "公开全部名次",
    "made": "新登记的证书",
    "superseded": "被取代的证书",
    "serials": "证书编号",
}
_ROLES = {
    "organiser": "组委会",
    "supervisor": "监督员",
    "judge": "评委",
    "clerk": "统计员",
    "timekeeper": "计时员",
    "host": "主持人",
    "coordinator": "单位联络员",
}


def kind_label(kind: str) -> str:
    """The Chinese name of an act; the kind itself where it has none yet."""
    return KINDS.get(kind, kind)


def payload_lines(payload: str) -> list[tuple[str, str]]:
    """Key and value of each part of an event's content, in the order of the chain, nothing left out."""
    parts: dict[str, Any] = json.loads(payload)
    return [(_KEYS.get(key, key), _role(value) if key == "role" else _plain(value)) for key, value in parts.items()]


def grouped_hash(digest: str) -> list[str]:
    """A hash as read aloud or compared on paper: groups of eight."""
    return [digest[start : start + 8] for start in range(0, len(digest), 8)]


def _role(value: Any) -> str:
    return _ROLES.get(str(value), str(value))


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
