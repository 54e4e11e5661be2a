"""What every page that shows rules shares: sentences, criteria, awards, a worked example, what the linter says."""

from collections.abc import Mapping
from typing import Any

from scoring.documents.rulebook_example import example_page
from scoring.documents.wording import panel_segments, quota_words, rules_in_words
from scoring.engine import Finding
from scoring.models import Rulebook
from scoring.selectors.rulebooks import Field, rulebook_findings
from scoring.selectors.rules import rules_of

SEVERITY_WORDS = {"stop": "行不通", "doubt": "请核对", "hint": "提示"}
SEVERITY_PILLS = {"stop": "bad", "doubt": "wait", "hint": ""}


def rules_context(rulebook: Rulebook, field: Field, *, group: str = "") -> dict[str, Any]:
    """The rules in words, of one group or of all, with the example and the findings for that field."""
    document = rulebook.document
    groups = [each for each in document["groups"] if group in ("", each["code"])]
    return {
        "rulebook": rulebook,
        "segments": panel_segments(document),
        "sentences": rules_in_words({"rulebook": document}),
        "groups": [(each, [(tier, quota_words(tier)) for tier in each["tiers"]]) for each in groups],
        "example": example_page(rules_of(rulebook), panel=field.panel),
        "findings": findings_shown(rulebook_findings(rulebook, field)),
    }


def findings_shown(findings: tuple[Finding, ...], ids: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """Findings as the page lists them: a word and a colour for how grave; `ids` are places on the page by path."""
    return [
        {
            "word": SEVERITY_WORDS[each.severity],
            "pill": SEVERITY_PILLS[each.severity],
            "text": each.text,
            "id": (ids or {}).get(each.path, ""),
        }
        for each in findings
    ]
