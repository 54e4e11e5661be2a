"""Checking an edition against itself: the ledger, snapshots, rosters, what was announced, certificates' files."""

import hashlib
import json
from typing import Any

from django.conf import settings

from certificates.models import Certificate
from core.models import Edition
from ledger.selectors import chain_faults
from notices.models import PublishedText
from notices.selectors import text_faults
from results.models import Objection, Publicity, Roster
from results.selectors import objection_faults, roster_faults
from results.services import closing_of, notice_list_faults
from scoring.models import Snapshot
from scoring.selectors.books import snapshot_faults


def verify_edition(edition: Edition) -> list[str]:
    """Walk the chain, check every digest and recompute every snapshot; return what does not hold, in Chinese."""
    faults = chain_faults(edition)
    for snapshot in Snapshot.objects.filter(round__edition=edition).select_related("round").iterator(chunk_size=50):
        faults += [
            f"{snapshot.round.title} 定格成绩 No. {snapshot.number}：{fault}" for fault in snapshot_faults(snapshot)
        ]
    for roster in Roster.objects.filter(result__edition=edition).select_related("result").iterator(chunk_size=50):
        faults += [f"{roster.result.title} 名册 v{roster.version}：{fault}" for fault in roster_faults(roster)]
    faults += _notice_faults(edition)
    faults += _untold_faults(edition)
    for objection in Objection.objects.filter(result__edition=edition).select_related("result").iterator(chunk_size=50):
        faults += [f"异议 {objection.receipt}：{fault}" for fault in objection_faults(objection)]
    issued = Certificate.objects.filter(series__edition=edition, state=Certificate.State.ISSUED)
    return faults + [fault for certificate in issued.iterator(chunk_size=500) for fault in _file_faults(certificate)]


def _notice_faults(edition: Edition) -> list[str]:
    """What was announced: each text against its digest and files, each list against its roster."""
    faults: list[str] = []
    for text in PublishedText.objects.filter(notice__edition=edition).select_related("notice__edition").iterator(50):
        found = text_faults(text)
        if text.notice.subject:
            found += notice_list_faults(text)
        faults += [f"公告“{text.notice.title}”：{fault}" for fault in found]
    return faults


def _untold_faults(edition: Edition) -> list[str]:
    """Rosters, published texts and periods of 公示 that say something else than the ledger was told of them."""
    kinds = ("result_proposed", "notice_published", "publicity_started")
    told: dict[str, dict[Any, dict[str, Any]]] = {kind: {} for kind in kinds}
    for kind, payload in edition.events.filter(kind__in=kinds).values_list("kind", "payload").iterator(chunk_size=500):
        said = json.loads(payload)
        told[kind][(said["result"], said["roster"]) if kind == "result_proposed" else said["notice"]] = said
    faults: list[str] = []
    rosters = Roster.objects.filter(result__edition=edition).select_related("result").defer("rows").order_by("pk")
    for roster in rosters:
        if told["result_proposed"].get((roster.result_id, roster.version), {}).get("roster_sha256") != roster.sha256:
            faults.append(f"{roster.result.title} 名册 v{roster.version}：摘要与台账不符")
    texts = PublishedText.objects.filter(notice__edition=edition).select_related("notice").defer("document")
    for text in texts.order_by("pk"):
        if told["notice_published"].get(text.notice_id, {}).get("sha256") != text.sha256:
            faults.append(f"公告“{text.notice.title}”：发布稿的摘要与台账不符")
    for period in Publicity.objects.filter(result__edition=edition).select_related("result", "roster").order_by("pk"):
        said = told["publicity_started"].get(period.notice_id, {})
        dates = {name: getattr(period, name).isoformat() for name in ("starts_on", "ends_on", "rule_ends_on")}
        stored = {"result": period.result_id, "roster": period.roster.version, "publicity": period.number, **dates}
        if stored != {name: said.get(name) for name in stored} or period.closes_at != closing_of(period.ends_on):
            faults.append(f"{period.result.title} 第 {period.number} 次公示：起止日期或名册与台账不符")
    return faults


def _file_faults(certificate: Certificate) -> list[str]:
    path = settings.MEDIA_ROOT / certificate.file
    if not path.is_file():
        return [f"证书 {certificate.serial} 的文件不在了"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != certificate.file_sha256:
        return [f"证书 {certificate.serial} 的文件与签发时不同"]
    return []
