"""The office's notices: what there is and what comes next, writing one, publishing, closing, withdrawing it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.exceptions import ConflictError
from core.files import FileRefused, readable_size
from core.files.uploads import skipped_upload
from notices import selectors, services
from notices.documents import official_text
from notices.exceptions import NoticeChanged, NoticeRefused
from notices.forms.notices import NewNoticeForm, NoticeForm, WithdrawForm, edit_form, show_conflict, show_refusal
from notices.models import Attachment, Notice
from notices.rendering import CLOSABLE, office_rows, result_of_subject
from notices.services.drafts import LARGEST_FILE
from notices.views.loading import actor_of, load_edition, load_notice, page_number

PAGE = 50


@require_safe
def organise_notices(request: HttpRequest, slug: str) -> HttpResponse:
    edition = load_edition(request, slug)
    page = Paginator(selectors.notices_of(edition), PAGE).get_page(page_number(request))
    context = {"edition": edition, "here": "notices", "page": page, "rows": office_rows(list(page))}
    return render(request, "notices/organise_notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_notice_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A form of its own; with `?kind=` the kind is chosen already."""
    edition = load_edition(request, slug)
    initial = {"kind": request.GET.get("kind", ""), "dated": timezone.localdate(), "signed_by": edition.organiser_name}
    form = NewNoticeForm(*_sent(request), initial=initial)
    if form.is_valid() and _is_whole(request, form):
        try:
            notice = services.create_notice(
                edition=edition,
                kind=form.cleaned_data["kind"],
                **form.texts(),
                actor=actor_of(request),
                now=timezone.now(),
            )
        except NoticeRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            _attach(request, notice, form)
            return redirect("organise_notice", slug, notice.pk)
    context = {"edition": edition, "here": "notices", "form": form}
    return render(request, "notices/organise_notice_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_notice(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A draft as a form, anything later as it is read; POST stores the draft, with a file if one came along."""
    notice = load_notice(request, slug, pk)
    if request.method != "POST":
        return _page(request, notice)
    answer, form = _store(request, notice)
    if answer is not None:
        return answer
    if _attach(request, notice, form) or not form.cleaned_data["file"]:
        messages.success(request, "已保存。")
    then = "organise_notice_preview" if "preview" in request.POST else "organise_notice"
    return redirect(then, slug, pk)


@require_POST
def organise_notice_attach(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Store the draft and add a file: a button of the draft's form, so that nothing typed is lost."""
    notice = load_notice(request, slug, pk)
    answer, form = _store(request, notice, wants_file=True)
    if answer is not None:
        return answer
    _attach(request, notice, form)
    return redirect("organise_notice", slug, pk)


@require_POST
def organise_notice_detach(request: HttpRequest, slug: str, pk: int, file: int) -> HttpResponse:
    """Store the draft and take a file from it; a button of the same form."""
    notice = load_notice(request, slug, pk)
    attachment = get_object_or_404(Attachment.objects.select_related("notice"), pk=file, notice=notice)
    answer, _ = _store(request, notice)
    if answer is not None:
        return answer
    services.remove_attachment(attachment=attachment, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"已删除附件“{attachment.name}”。")
    return redirect("organise_notice", slug, pk)


@require_safe
def organise_notice_preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """As it will be read, the check list, and the button that publishes."""
    notice = load_notice(request, slug, pk)
    if notice.state != Notice.State.DRAFT:
        return redirect("organise_notice", slug, pk)
    checks = services.draft_checks(notice, timezone.now())
    context = _context(notice) | {
        "checks": checks,
        "ready": all(done for _, done in checks),
        "seen": selectors.draft_mark(notice),
    }
    return render(request, "notices/organise_notice_preview.html", context)


@require_POST
def organise_notice_publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Publish what the preview showed: a draft that was changed since is shown again first (pitfall 20)."""
    notice, seen = load_notice(request, slug, pk), request.POST.get("seen", "")
    try:
        services.publish_notice(notice=notice, actor=actor_of(request), now=timezone.now(), seen=seen)
    except ConflictError as changed:
        messages.error(request, changed.message)
        return redirect("organise_notice_preview", slug, pk)
    except NoticeRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "已发布，大家现在可以看到。")
    return redirect("organise_notice", slug, pk)


@require_POST
def organise_notice_close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A 公示 ends when its result is published or its notice withdrawn: until then it takes objections."""
    notice = load_notice(request, slug, pk)
    try:
        if notice.kind == Notice.Kind.PUBLICITY:
            raise NoticeRefused(
                "公示期满、结果公布时自动结束，不能提前标为结束；不再公示的请到获奖结果的公示页面撤回。"
            )
        services.close_notice(notice=notice, actor=actor_of(request), now=timezone.now())
    except NoticeRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "已标为结束，公告仍可查看。")
    return redirect("organise_notice", slug, pk)


@require_POST
def organise_notice_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A 公示 is withdrawn on its result's page, since its period ends with it."""
    notice = load_notice(request, slug, pk)
    form = WithdrawForm(request.POST)
    if notice.kind == Notice.Kind.PUBLICITY:
        messages.error(request, "公示请到获奖结果的公示页面撤回，公示期会一并终止。")
        return redirect("organise_notice", slug, pk)
    if form.is_valid():
        try:
            services.withdraw_notice(
                notice=notice, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now()
            )
        except NoticeRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, "已撤回，公开页面只说明撤回和原因。")
            return redirect("organise_notice", slug, pk)
    return _page(request, notice, withdraw_form=form, status=422)


@require_POST
def organise_notice_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    notice = load_notice(request, slug, pk)
    try:
        services.delete_draft(notice=notice, actor=actor_of(request), now=timezone.now())
    except NoticeRefused as refused:
        messages.error(request, refused.message)
        return redirect("organise_notices", slug)
    messages.success(request, "草稿已删除。")
    return redirect("organise_notices", slug)


def _store(request: HttpRequest, notice: Notice, *, wants_file: bool = False) -> tuple[HttpResponse | None, NoticeForm]:
    """Save what the form of a draft says; a page to answer with where that is refused, nothing typed lost."""
    form = edit_form(notice, *_sent(request))
    differences: list[dict[str, str]] = []
    is_changed = False
    if form.is_valid() and _is_whole(request, form):
        try:
            services.edit_notice(
                notice=notice,
                base_version=form.cleaned_data["base_version"],
                **form.texts(),
                actor=actor_of(request),
                now=timezone.now(),
            )
        except NoticeChanged as changed:
            is_changed = True
            differences = show_conflict(form, changed.message, stored=changed.stored, version=changed.version)
        except NoticeRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            if wants_file and not form.cleaned_data["file"]:
                form.add_error("file", "正文已保存；还没有选择文件，请选择后再添加。")
                form = _newer(request, form, notice)
    if not form.errors:
        return None, form
    status = 409 if is_changed else 422
    return _page(request, notice, form=form, differences=differences, status=status), form


def _newer(request: HttpRequest, form: NoticeForm, notice: Notice) -> NoticeForm:
    """The same form after its texts were stored: the next saving starts from the version that this one made."""
    data = request.POST.copy()
    data["base_version"] = str(Notice.objects.values_list("version", flat=True).get(pk=notice.pk))
    form.data = data
    return form


def _attach(request: HttpRequest, notice: Notice, form: NoticeForm) -> bool:
    """Add the file that came with a form, if one did; a refusal becomes a message, for the texts are stored."""
    file = form.cleaned_data["file"]
    if not file:
        return False
    try:
        attachment = services.add_attachment(notice=notice, file=file, actor=actor_of(request), now=timezone.now())
    except (FileRefused, NoticeRefused) as refused:
        messages.error(request, f"正文已保存，附件没有添加：{refused.message}")
        return False
    messages.success(request, f"已添加附件“{attachment.name}”。")
    return True


def _is_whole(request: HttpRequest, form: NoticeForm) -> bool:
    """Whether no file of the form was above what this installation takes at all."""
    skipped = skipped_upload(request)
    if skipped is not None:
        form.add_error(
            "file", f"“{skipped}”太大，没有收下，正文也没有保存；这里每个最大 {readable_size(LARGEST_FILE)}。"
        )
    return skipped is None


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _context(notice: Notice) -> dict[str, Any]:
    return {
        "edition": notice.edition,
        "here": "notices",
        "notice": notice,
        "result_pk": result_of_subject(notice),
        "text": official_text(notice),
        "attachments": [(each, readable_size(each.size)) for each in selectors.attachments_of(notice)],
    }


def _page(
    request: HttpRequest,
    notice: Notice,
    *,
    form: NoticeForm | None = None,
    differences: list[dict[str, str]] | None = None,
    withdraw_form: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _context(notice) | {
        "row": office_rows([notice])[0],
        "form": form or edit_form(notice),
        "differences": differences or [],
        "withdraw_form": withdraw_form or WithdrawForm(),
        "may_close": notice.state == Notice.State.PUBLISHED and notice.kind in CLOSABLE,
        "may_withdraw": notice.state in selectors.PUBLIC and notice.kind != Notice.Kind.PUBLICITY,
    }
    # What somebody typed while the draft was published is shown once more, to be copied.
    template = "organise_notice_draft" if form or notice.state == Notice.State.DRAFT else "organise_notice"
    return render(request, f"notices/{template}.html", context, status=status)
