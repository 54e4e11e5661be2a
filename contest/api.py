"""讲解大赛 for programs: published calls, and one's own or one's unit's registrations, by the rules of the pages."""

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role, RoleGrant, User
from contest import services
from contest.exceptions import StaleRegistration
from contest.forms import RegistrationForm
from contest.models import Contest, Contestant
from contest.permissions import can_coordinate
from contest.services.eligibility import missing_for
from contest.services.fields import asked_fields
from contest.services.typed import typed_values
from core.access import or_404
from core.api import PAGE, PlainTextField, ProblemSerializer, asked_of, domain_problem, page_of, problems

LARGEST = 9_223_372_036_854_775_807
LARGEST_VERSION = 2_147_483_647
_TAGS = ["报名"]


class GroupSerializer(serializers.Serializer[Any]):
    """组别; ages are full years on the contest's first day."""

    id = serializers.IntegerField()
    code = serializers.SlugField()
    title = serializers.CharField()
    min_age = serializers.IntegerField(allow_null=True)
    max_age = serializers.IntegerField(allow_null=True)
    unit_quota = serializers.IntegerField(allow_null=True)


class AskedFieldSerializer(serializers.Serializer[Any]):
    """A field that this contest asks for beyond the fixed ones; its name in a registration is `details.<code>`."""

    code = serializers.CharField()
    title = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # a declared field is no attribute


class MaterialRequirementSerializer(serializers.Serializer[Any]):
    code = serializers.SlugField()
    title = serializers.CharField()
    formats = serializers.ListField(child=serializers.CharField())
    max_bytes = serializers.IntegerField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # a declared field is no attribute


class ContestSerializer(serializers.Serializer[Any]):
    """A contest whose call is published; registration closes at, not after, `registration_closes_at`."""

    id = serializers.IntegerField()
    edition = serializers.SlugField()
    title = serializers.CharField()
    first_day = serializers.DateField()
    venue = serializers.CharField(allow_blank=True)
    registration_opens_at = serializers.DateTimeField(allow_null=True)
    registration_closes_at = serializers.DateTimeField(allow_null=True)
    individuals_may_register = serializers.BooleanField()


class ContestDetailSerializer(ContestSerializer):
    call_text = serializers.CharField(allow_blank=True)
    groups = GroupSerializer(many=True)
    asked_fields = AskedFieldSerializer(many=True)
    materials = MaterialRequirementSerializer(many=True)


class ContestListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    results = ContestSerializer(many=True)


class MissingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class RegistrationSerializer(serializers.Serializer[Any]):
    """A registration: `fields` as typed (a draft) or as stored, and what it still lacks."""

    id = serializers.IntegerField()
    contest = serializers.IntegerField()
    group = serializers.IntegerField()
    unit = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=Contestant.Status.choices)
    status_reason = serializers.CharField(allow_blank=True)
    completion_due_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(min_value=0)
    fields = serializers.DictField(  # type: ignore[assignment]  # as above
        child=serializers.CharField(allow_blank=True)
    )
    missing = MissingSerializer(many=True)


class RegistrationListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    results = RegistrationSerializer(many=True)


class StartSerializer(serializers.Serializer[Any]):
    """A new draft in a contest's group; with `unit` by its coordinator."""

    contest = serializers.IntegerField(min_value=1, max_value=LARGEST)
    group = serializers.IntegerField(min_value=1, max_value=LARGEST)
    unit = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)


class DraftSerializer(serializers.Serializer[Any]):
    """A draft as typed; nothing of it is checked. `version` is what the client saw last."""

    values = serializers.DictField(child=PlainTextField(max_length=2000, allow_blank=True, trim_whitespace=False))
    version = serializers.IntegerField(min_value=0, max_value=LARGEST_VERSION)


class VersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=0, max_value=LARGEST_VERSION)


class StaleSerializer(ProblemSerializer):
    """A refusal; where the registration has changed meanwhile, what is stored now (pitfall 20)."""

    stored = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    version = serializers.IntegerField(required=False)


class _RegistrationQuery(serializers.Serializer[Any]):
    contest = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)


_CONTEST = OpenApiParameter(
    "contest", {"type": "integer", "minimum": 1, "maximum": LARGEST}, description="只要这个比赛的报名"
)
_REFUSED = {409: OpenApiResponse(StaleSerializer, description="没有接受；errors 逐项说明，或给出现在的内容")}


@extend_schema(
    operation_id="listContests",
    summary="已发布通知的讲解大赛",
    parameters=[PAGE],
    responses={200: ContestListSerializer, **problems(400)},
    auth=[],
    tags=_TAGS,
)
@api_view(["GET"])
@permission_classes([AllowAny])
def contest_list(request: Request) -> Response:
    """Contests with a published call, newest first."""
    count, found = page_of(request, _called().order_by("-pk"))
    return Response({"count": count, "results": [_contest(contest) for contest in found]})


@extend_schema(
    operation_id="getContest",
    summary="一个讲解大赛：组别、加问的项目、材料",
    responses={200: ContestDetailSerializer, **problems(404)},
    auth=[],
    tags=_TAGS,
)
@api_view(["GET"])
@permission_classes([AllowAny])
def contest_detail(request: Request, pk: int) -> Response:
    contest = get_object_or_404(_called(), pk=pk)
    asked = [
        {"code": each.spec.code, "title": each.spec.label, "required": each.required} for each in asked_fields(contest)
    ]
    return Response(
        {
            **_contest(contest),
            "call_text": contest.call_text,
            "groups": GroupSerializer(contest.groups.all(), many=True).data,
            "asked_fields": asked,
            "materials": MaterialRequirementSerializer(contest.material_requirements.all(), many=True).data,
        }
    )


@extend_schema(
    methods=["GET"],
    operation_id="listRegistrations",
    summary="我的和本单位的报名",
    parameters=[PAGE, _CONTEST],
    responses={200: RegistrationListSerializer, **problems(400, 401)},
    tags=_TAGS,
)
@extend_schema(
    methods=["POST"],
    operation_id="startRegistration",
    summary="新建一份草稿",
    request=StartSerializer,
    responses={201: RegistrationSerializer, **_REFUSED, **problems(400, 401, 403, 404, 415)},
    tags=_TAGS,
)
@api_view(["GET", "POST"])
def registration_list(request: Request) -> Response:
    """Own registrations and those of the units that the account coordinates; starting a draft."""
    if request.method == "POST":
        return _start(request)
    query = _RegistrationQuery(data=asked_of(request))
    query.is_valid(raise_exception=True)
    rows = _own(request).order_by("-pk")
    if "contest" in query.validated_data:
        rows = rows.filter(contest_id=query.validated_data["contest"])
    count, found = page_of(request, rows)
    return Response({"count": count, "results": _registrations(found)})


@extend_schema(
    methods=["GET"],
    operation_id="getRegistration",
    summary="一份报名",
    responses={200: RegistrationSerializer, **problems(401, 404)},
    tags=_TAGS,
)
@extend_schema(
    methods=["PUT"],
    operation_id="saveRegistrationDraft",
    summary="保存草稿，怎么填就怎么存",
    request=DraftSerializer,
    responses={200: RegistrationSerializer, **_REFUSED, **problems(400, 401, 403, 404, 415)},
    tags=_TAGS,
)
@extend_schema(
    methods=["DELETE"],
    operation_id="deleteRegistrationDraft",
    summary="删除没有提交过的草稿",
    request=None,
    responses={204: None, **_REFUSED, **problems(401, 403, 404)},
    tags=_TAGS,
)
@api_view(["GET", "PUT", "DELETE"])
def registration_detail(request: Request, pk: int) -> Response:
    contestant = get_object_or_404(_own(request), pk=pk)
    actor, now = _account(request), timezone.now()
    if request.method == "DELETE":
        services.delete_draft(contestant=contestant, actor=actor, now=now)
        return Response(status=status.HTTP_204_NO_CONTENT)
    if request.method == "PUT":
        asked = DraftSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        typed, version = asked.validated_data["values"], asked.validated_data["version"]
        try:
            contestant = services.save_draft(
                contestant=contestant, typed=typed, base_version=version, actor=actor, now=now
            )
        except StaleRegistration as stale:
            return _stale(stale)
    return Response(_registrations([contestant])[0])


@extend_schema(
    operation_id="submitRegistration",
    summary="提交报名",
    request=VersionSerializer,
    responses={200: RegistrationSerializer, **_REFUSED, **problems(400, 401, 403, 404, 415, 422)},
    tags=_TAGS,
)
@api_view(["POST"])
def registration_submit(request: Request, pk: int) -> Response:
    """Hand in what the draft holds; 422 names every field that must be corrected, and the draft stays."""
    contestant = get_object_or_404(_own(request), pk=pk)
    asked = VersionSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    form = RegistrationForm.of(contestant, typed_values(contestant))
    if not form.is_valid():
        body = {
            "code": "invalid",
            "message": "有内容需要改正，还没有提交。",
            "errors": {name: "".join(str(line) for line in lines) for name, lines in form.errors.items()},
        }
        return Response(body, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    try:
        contestant = services.submit_registration(
            contestant=contestant,
            registration=form.registration(),
            base_version=asked.validated_data["version"],
            actor=_account(request),
            now=timezone.now(),
        )
    except StaleRegistration as stale:
        return _stale(stale)
    return Response(_registrations([contestant])[0])


@extend_schema(
    operation_id="recallRegistration",
    summary="撤回提交",
    request=None,
    responses={200: RegistrationSerializer, **_REFUSED, **problems(401, 403, 404)},
    tags=_TAGS,
)
@api_view(["POST"])
def registration_recall(request: Request, pk: int) -> Response:
    contestant = get_object_or_404(_own(request), pk=pk)
    contestant = services.recall_registration(contestant=contestant, actor=_account(request), now=timezone.now())
    return Response(_registrations([contestant])[0])


def _start(request: Request) -> Response:
    asked = StartSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    actor, wanted = _account(request), asked.validated_data
    contest = get_object_or_404(_called(), pk=wanted["contest"])
    group = get_object_or_404(contest.groups.all(), pk=wanted["group"])
    unit = None
    if "unit" in wanted:
        grants = RoleGrant.objects.filter(user=actor, unit_id=wanted["unit"], edition=contest.edition)
        grant = grants.select_related("unit").first()
        or_404(grant is not None and grant.unit is not None and can_coordinate(actor, contest.edition, grant.unit))
        unit = grant.unit if grant else None
    contestant = services.start_registration(
        contest=contest,
        group=group,
        channel=Contestant.Channel.UNIT if unit else Contestant.Channel.INDIVIDUAL,
        unit=unit,
        owner=None if unit else actor,
        actor=actor,
        now=timezone.now(),
    )
    return Response(_registrations([contestant])[0], status=status.HTTP_201_CREATED)


def _stale(stale: StaleRegistration) -> Response:
    body = {**domain_problem(stale), "stored": stale.stored, "version": stale.version}
    return Response(body, status=status.HTTP_409_CONFLICT)


def _account(request: Request) -> User:
    assert isinstance(request.user, User)  # DEFAULT_PERMISSION_CLASSES
    return request.user


def _called() -> "QuerySet[Contest, Contest]":
    public = Contest.objects.filter(call_published_at__isnull=False, edition__is_rehearsal=False)
    return public.select_related("edition")


def _own(request: Request) -> "QuerySet[Contestant, Contestant]":
    """The account's own, and what the units that it coordinates hand in (contest.permissions)."""
    user = _account(request)
    grants = RoleGrant.objects.filter(user=user, role=Role.COORDINATOR, revoked_at=None, unit__isnull=False)
    mine = Q(user=user)
    for edition_id, unit_id in grants.values_list("edition_id", "unit_id"):
        of_unit = Q(contest__edition_id=edition_id, unit_id=unit_id)
        mine |= of_unit & ~Q(channel=Contestant.Channel.INDIVIDUAL)
    return Contestant.objects.filter(mine).select_related("contest__edition", "group__contest", "unit")


def _contest(contest: Contest) -> dict[str, Any]:
    return {
        "id": contest.pk,
        "edition": contest.edition.slug,
        "title": contest.title,
        "first_day": contest.first_day.isoformat(),
        "venue": contest.venue,
        "registration_opens_at": _moment(contest.registration_opens_at),
        "registration_closes_at": _moment(contest.registration_closes_at),
        "individuals_may_register": contest.individuals_may_register,
    }


def _registrations(found: list[Contestant]) -> list[dict[str, Any]]:
    missing = missing_for(found)
    return [
        {
            "id": contestant.pk,
            "contest": contestant.contest_id,
            "group": contestant.group_id,
            "unit": contestant.unit_id,
            "status": contestant.status,
            "status_reason": contestant.status_reason,
            "completion_due_at": _moment(contestant.completion_due_at),
            "version": contestant.version,
            "fields": typed_values(contestant),
            "missing": [{"code": item.code, "message": item.message} for item in missing.get(contestant.pk, [])],
        }
        for contestant in found
    ]


def _moment(at: Any) -> str | None:
    return at.isoformat() if at else None
