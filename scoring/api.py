"""A judge's rounds and score sheets for programs: the same sheets, rules and refusals as on the judge's page."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.api import PAGE, PlainTextField, ProblemSerializer, asked_of, domain_problem, page_of, problems
from scoring.exceptions import MarksInvalid, SheetChanged
from scoring.models import ScoreSheet
from scoring.selectors.input import total_text
from scoring.selectors.pages import JudgeRound, judge_rounds, own_sheets
from scoring.selectors.rules import rules_of
from scoring.services import save_draft, submit_sheet

LONGEST_ID = 64
ROUND_STATES = ["draft", "open", "locked"]


class JudgeRoundSerializer(serializers.Serializer[Any]):
    """A round that the account judges: `done` of `of` own sheets are in."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=ROUND_STATES)
    edition = serializers.SlugField()
    seat = serializers.CharField(help_text="席位，如 J6")
    done = serializers.IntegerField(min_value=0)
    of = serializers.IntegerField(min_value=0)


class JudgeRoundListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    results = JudgeRoundSerializer(many=True)


class CriterionSerializer(serializers.Serializer[Any]):
    """One criterion; numbers are decimal text, exact."""

    code = serializers.CharField()
    title = serializers.CharField()
    max_points = serializers.CharField()
    step = serializers.CharField()


class SheetSerializer(serializers.Serializer[Any]):
    """An own sheet: what is stored (`marks`, `total`, `version`), and the criteria that it asks for."""

    id = serializers.IntegerField()
    round = serializers.IntegerField()
    entry = serializers.CharField(help_text="编号")
    title = serializers.CharField()
    segment = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in ScoreSheet.State])
    locked = serializers.BooleanField(help_text="锁定后收到的评分进入仲裁列表")
    version = serializers.IntegerField(min_value=0)
    marks = serializers.DictField(child=serializers.CharField())
    total = serializers.CharField(allow_null=True)
    criteria = CriterionSerializer(many=True)


class SheetListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    results = SheetSerializer(many=True)


class SaveSerializer(serializers.Serializer[Any]):
    """One save: `submission_id` is the client's own, the same id is the same save (pitfall 12); `version` is what the
    client saw last."""

    marks = serializers.DictField(child=PlainTextField(max_length=20, allow_blank=True))
    submission_id = serializers.RegexField(r"^[A-Za-z0-9._-]{8,64}$")
    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647)
    submit = serializers.BooleanField(help_text="true 提交，false 存草稿")


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of a save: `saved`, `repeated` (this id is on record already), or `late` (kept, not counted)."""

    outcome = serializers.ChoiceField(choices=["saved", "repeated", "late"])
    version = serializers.IntegerField(min_value=0)
    state = serializers.CharField()
    marks = serializers.DictField(child=serializers.CharField())
    total = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class ConflictSerializer(ProblemSerializer):
    """A refusal that shows what is stored now, for the judge to choose (pitfalls 13, 20)."""

    stored = serializers.DictField(required=False)


class _RoundQuery(serializers.Serializer[Any]):
    round = serializers.IntegerField(required=False, min_value=1, max_value=9_223_372_036_854_775_807)


_ROUND = OpenApiParameter(
    "round", {"type": "integer", "minimum": 1, "maximum": 9_223_372_036_854_775_807}, description="只要这一轮的评分表"
)


@extend_schema(
    operation_id="listJudgeRounds",
    summary="我评审的轮次",
    responses={200: JudgeRoundListSerializer, **problems(401)},
    tags=["评分"],
)
@api_view(["GET"])
def judge_rounds_list(request: Request) -> Response:
    """Rounds of the panels on which the account sits, open ones first."""
    found = [_round(line) for line in judge_rounds(_judge(request))]
    return Response({"count": len(found), "results": found})


@extend_schema(
    operation_id="listSheets",
    summary="我的评分表",
    parameters=[PAGE, _ROUND],
    responses={200: SheetListSerializer, **problems(400, 401)},
    tags=["评分"],
)
@api_view(["GET"])
def sheet_list(request: Request) -> Response:
    """Own sheets in running order, of one round where `round` is given."""
    query = _RoundQuery(data=asked_of(request))
    query.is_valid(raise_exception=True)
    sheets = _readable(request).order_by("entry__round_id", "entry__order", "segment", "pk")
    if "round" in query.validated_data:
        sheets = sheets.filter(entry__round_id=query.validated_data["round"])
    count, found = page_of(request, sheets)
    return Response({"count": count, "results": [_sheet(sheet) for sheet in found]})


@extend_schema(
    methods=["GET"],
    operation_id="getSheet",
    summary="一份评分表",
    responses={200: SheetSerializer, **problems(401, 404)},
    tags=["评分"],
)
@extend_schema(
    methods=["PUT"],
    operation_id="saveSheet",
    summary="保存或提交一份评分表",
    request=SaveSerializer,
    responses={
        200: OutcomeSerializer,
        409: OpenApiResponse(ConflictSerializer, description="版本已旧、已锁定或不能再改；没有保存"),
        **problems(400, 401, 403, 404, 415, 422),
    },
    tags=["评分"],
)
@api_view(["GET", "PUT"])
def sheet_detail(request: Request, pk: int) -> Response:
    """An own sheet, and saving its marks: never lost, never doubled, never overwritten (design §5)."""
    sheet = get_object_or_404(_readable(request), pk=pk)
    if request.method == "GET":
        return Response(_sheet(sheet))
    asked = SaveSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    save = submit_sheet if asked.validated_data["submit"] else save_draft
    try:
        outcome = save(
            sheet_id=sheet.pk,
            marks=asked.validated_data["marks"],
            submission_id=asked.validated_data["submission_id"],
            base_version=asked.validated_data["version"],
            actor=_judge(request),
            now=timezone.now(),
        )
    except MarksInvalid as error:
        return Response(domain_problem(error), status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    except SheetChanged as conflict:
        stored = {
            "marks": conflict.marks,
            "total": conflict.total,
            "version": conflict.version,
            "state": conflict.state,
        }
        return Response({**domain_problem(conflict), "stored": stored}, status=status.HTTP_409_CONFLICT)
    return Response(
        {
            "outcome": outcome.kind,
            "version": outcome.number,
            "state": outcome.state,
            "marks": dict(outcome.marks),
            "total": outcome.total,
            "message": outcome.message,
        }
    )


def _judge(request: Request) -> User:
    assert isinstance(request.user, User)  # DEFAULT_PERMISSION_CLASSES
    return request.user


def _readable(request: Request) -> "QuerySet[ScoreSheet, ScoreSheet]":
    return own_sheets(_judge(request)).filter(seat__removed_at=None)


def _round(line: JudgeRound) -> dict[str, Any]:
    return {
        "id": line.round.pk,
        "title": line.round.title,
        "state": line.round.state,
        "edition": line.round.edition.slug,
        "seat": f"J{line.number}",
        "done": line.done,
        "of": line.of,
    }


def _sheet(sheet: ScoreSheet) -> dict[str, Any]:
    segment = next(each for each in rules_of(sheet.entry.round.rulebook).segments if each.code == sheet.segment)
    criteria = [each.as_document() for each in segment.criteria]
    return {
        "id": sheet.pk,
        "round": sheet.entry.round_id,
        "entry": sheet.entry.code,
        "title": sheet.entry.title,
        "segment": sheet.segment,
        "state": sheet.state,
        "locked": sheet.entry.locked_at is not None or sheet.entry.round.state == "locked",
        "version": sheet.version,
        "marks": dict(sheet.current.marks) if sheet.current else {},
        "total": total_text(sheet.current.marks) if sheet.current and sheet.current.total is not None else None,
        "criteria": [{key: each[key] for key in ("code", "title", "max_points", "step")} for each in criteria],
    }
