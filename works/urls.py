"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from works import api as api_views
from works.views import judge_works as judge_views
from works.views import my_feedback, organise_meeting
from works.views import my_works as my_work_views
from works.views import organise_import as import_views
from works.views import organise_paper as paper_views
from works.views import organise_recommendation as recommendation_views
from works.views import organise_review as review_views
from works.views import organise_screening as screening_views
from works.views import organise_selection as selection_views
from works.views import organise_settings as settings_views
from works.views import organise_settings_kinds as kind_views
from works.views import organise_work as work_views
from works.views import organise_works as works_views
from works.views import public_selection as public_views
from works.views import unit_import as unit_import_views
from works.views import unit_work as unit_work_views
from works.views import unit_works as unit_works_views

_SELECTION = "<slug:slug>/works/<int:pk>/"
_RECOMMENDATION = f"{_SELECTION}recommendation/"
_TEMPLATE = f"{_RECOMMENDATION}templates/<slug:document>/"
_recommendation: list[URLPattern] = [
    path(_RECOMMENDATION, recommendation_views.recommendation, name="organise_recommendation"),
    path(f"{_RECOMMENDATION}<int:result_pk>/", recommendation_views.recommend, name="organise_recommend"),
    path(
        f"{_RECOMMENDATION}rows/<int:row_pk>/withdraw/",
        recommendation_views.withdraw,
        name="organise_recommendation_withdraw",
    ),
    path(f"{_RECOMMENDATION}package/", recommendation_views.package, name="organise_recommendation_package"),
    path(f"{_RECOMMENDATION}templates/", recommendation_views.template_upload, name="organise_work_template_upload"),
    path(_TEMPLATE, recommendation_views.template_download, name="organise_work_template"),
    path(f"{_TEMPLATE}reset/", recommendation_views.template_reset, name="organise_work_template_reset"),
]
_KIND = "<slug:slug>/works/kinds/<int:pk>/"
_ROUND = "<slug:slug>/works/rounds/<int:pk>/"
_review: list[URLPattern] = [
    path(f"{_KIND}review/", review_views.review, name="organise_kind_review"),
    path(f"{_KIND}review/follow/", review_views.follow, name="organise_review_follow"),
    path(f"{_ROUND}remind/", review_views.remind, name="organise_review_remind"),
    path(f"{_ROUND}assignment/", review_views.assignment, name="organise_review_assignment"),
    path(f"{_ROUND}assignment/auto/", review_views.assign_all, name="organise_review_assign"),
    path(f"{_ROUND}assignment/add/", review_views.reviewer_add, name="organise_review_add"),
    path(f"{_ROUND}assignment/change/", review_views.reviewer_change, name="organise_review_change"),
    path(f"{_ROUND}assignment/tie/", review_views.tie_add, name="organise_review_tie"),
    path(f"{_ROUND}meeting/", organise_meeting.meeting, name="organise_meeting"),
    path(f"{_ROUND}meeting/tie/", organise_meeting.tie, name="organise_meeting_tie"),
    path(f"{_ROUND}meeting/minutes/", organise_meeting.minutes, name="organise_meeting_minutes"),
    path(f"{_ROUND}roster/", organise_meeting.propose, name="organise_kind_propose"),
    path(f"{_ROUND}comments/", organise_meeting.release, name="organise_comments_release"),
    path("<slug:slug>/works/entries/<int:pk>/", organise_meeting.meeting_entry, name="organise_meeting_entry"),
]

_IMPORT = f"{_SELECTION}import/"
_import: list[URLPattern] = [
    path(_IMPORT, import_views.works_import, name="organise_works_import"),
    path(f"{_IMPORT}template/", import_views.template, name="organise_works_import_template"),
    path(f"{_IMPORT}annotated/", import_views.annotated, name="organise_works_import_annotated"),
    path(f"{_IMPORT}confirm/", import_views.confirm, name="organise_works_import_confirm"),
    path(f"{_IMPORT}discard/", import_views.discard, name="organise_works_import_discard"),
]

_SETTINGS = f"{_SELECTION}settings/"
_KIND_ROW = "<slug:slug>/works/kinds/<int:pk>/"
_FILE = "<slug:slug>/works/filerequirements/<int:pk>/"
_ITEM = "<slug:slug>/works/items/<int:pk>/"
_office: list[URLPattern] = [
    path("<slug:slug>/works/", selection_views.organise_selections, name="organise_selections"),
    path("<slug:slug>/works/new/", selection_views.selection_new, name="organise_selection_new"),
    path(_SELECTION, selection_views.organise_selection, name="organise_selection"),
    path(f"{_SELECTION}rulebook/", selection_views.selection_rulebook, name="organise_selection_rulebook"),
    path(_SETTINGS, settings_views.basics, name="organise_selection_settings"),
    path(f"{_SETTINGS}call/", settings_views.call, name="organise_selection_call"),
    path(f"{_SETTINGS}call/publish/", settings_views.call_publish, name="organise_selection_call_publish"),
    path(f"{_SETTINGS}call/withdraw/", settings_views.call_withdraw, name="organise_selection_call_withdraw"),
    path(f"{_SETTINGS}former/", settings_views.former_winners, name="organise_former_winners"),
    path(f"{_SETTINGS}former/template/", settings_views.former_template, name="organise_former_winners_template"),
    path(
        "<slug:slug>/works/former/<int:pk>/remove/", settings_views.former_remove, name="organise_former_winner_remove"
    ),
    path(f"{_SETTINGS}kinds/", kind_views.kinds, name="organise_selection_kinds"),
    path(_KIND_ROW, kind_views.kind, name="organise_work_kind"),
    path(f"{_KIND_ROW}remove/", kind_views.kind_remove, name="organise_work_kind_remove"),
    path(f"{_KIND_ROW}fields/", kind_views.kind_fields, name="organise_work_fields"),
    path(f"{_SETTINGS}files/", kind_views.files, name="organise_selection_files"),
    path(f"{_KIND_ROW}requirements/new/", kind_views.file_new, name="organise_work_requirement_new"),
    path(_FILE, kind_views.file_change, name="organise_work_requirement"),
    path(f"{_FILE}move/", kind_views.file_move, name="organise_work_requirement_move"),
    path(f"{_FILE}remove/", kind_views.file_remove, name="organise_work_requirement_remove"),
    path(f"{_SELECTION}list/", works_views.works, name="organise_works"),
    path(f"{_SELECTION}list/remind/", works_views.remind, name="organise_drafts_remind"),
    path(f"{_SELECTION}list/export/", works_views.export, name="organise_works_export"),
    path(f"{_SELECTION}screening/", works_views.screening, name="organise_screening"),
    path(f"{_SELECTION}screening/batch/", screening_views.batch, name="organise_screening_batch"),
    path(f"{_SELECTION}screening/result/", screening_views.result, name="organise_screening_result"),
    path(f"{_SELECTION}paper/", paper_views.paper, name="organise_paper_copies"),
    path(_ITEM, work_views.work, name="organise_work"),
    path(f"{_ITEM}decide/", work_views.decide, name="organise_work_decide"),
    path(f"{_ITEM}reveal/", work_views.reveal, name="organise_work_reveal"),
    path("<slug:slug>/works/files/<int:pk>/", work_views.work_file, name="organise_work_file"),
]

public: list[URLPattern] = [
    path("selections/<int:pk>/", public_views.public_selection, name="public_selection"),
    path("selections/<int:pk>/rules/", public_views.public_selection_rules, name="public_selection_rules"),
]
_WORK = "works/<int:pk>/"
my: list[URLPattern] = [
    path("works/", my_work_views.my_works, name="my_works"),
    path("selections/<int:pk>/new/", my_work_views.my_work_new, name="my_work_new"),
    path(_WORK, my_work_views.my_work, name="my_work"),
    path(f"{_WORK}autosave/", my_work_views.autosave, name="my_work_autosave"),
    path(f"{_WORK}recall/", my_work_views.recall, name="my_work_recall"),
    path(f"{_WORK}withdraw/", my_work_views.withdraw, name="my_work_withdraw"),
    path(f"{_WORK}receipt/", my_work_views.receipt, name="my_work_receipt"),
    path(f"{_WORK}form/", my_work_views.form, name="my_work_form"),
    path(f"{_WORK}history/", my_work_views.history, name="my_work_history"),
    path(f"{_WORK}requirements/<int:requirement>/", my_work_views.hand_in, name="my_work_hand_in"),
    path(f"{_WORK}files/<int:file>/", my_work_views.file, name="my_work_file"),
    path(f"{_WORK}files/<int:file>/take-back/", my_work_views.take_back, name="my_work_take_back"),
    path("works/<int:pk>/feedback/", my_feedback.feedback, name="my_feedback"),
]
_UNIT = "<slug:slug>/units/<int:unit>/works/"
_UNIT_SELECTION = f"{_UNIT}<int:pk>/"
_UNIT_IMPORT = f"{_UNIT_SELECTION}import/"
unit: list[URLPattern] = [
    path(_UNIT, unit_works_views.unit_works, name="unit_works"),
    path(f"{_UNIT_SELECTION}submit/", unit_works_views.unit_works_submit, name="unit_works_submit"),
    path(f"{_UNIT_SELECTION}new/", unit_works_views.unit_work_new, name="unit_work_new"),
    path(f"{_UNIT}kinds/<int:pk>/order/", unit_works_views.unit_works_order, name="unit_works_order"),
    path(_UNIT_IMPORT, unit_import_views.unit_works_import, name="unit_works_import"),
    path(f"{_UNIT_IMPORT}template/", unit_import_views.template, name="unit_works_import_template"),
    path(f"{_UNIT_IMPORT}annotated/", unit_import_views.annotated, name="unit_works_import_annotated"),
    path(f"{_UNIT_IMPORT}confirm/", unit_import_views.confirm, name="unit_works_import_confirm"),
    path(f"{_UNIT_IMPORT}discard/", unit_import_views.discard, name="unit_works_import_discard"),
    path(_WORK, unit_work_views.unit_work, name="unit_work"),
    path(f"{_WORK}autosave/", unit_work_views.autosave, name="unit_work_autosave"),
    path(f"{_WORK}recall/", unit_work_views.recall, name="unit_work_recall"),
    path(f"{_WORK}withdraw/", unit_work_views.withdraw, name="unit_work_withdraw"),
    path(f"{_WORK}form/", unit_work_views.form, name="unit_work_form"),
    path(f"{_WORK}history/", unit_work_views.history, name="unit_work_history"),
    path(f"{_WORK}requirements/<int:requirement>/", unit_work_views.hand_in, name="unit_work_hand_in"),
    path(f"{_WORK}files/<int:file>/", unit_work_views.file, name="unit_work_file"),
    path(f"{_WORK}files/<int:file>/take-back/", unit_work_views.take_back, name="unit_work_take_back"),
]
judge: list[URLPattern] = [
    path("works/<int:pk>/", judge_views.works, name="judge_works"),
    path("works/<int:pk>/ties/", judge_views.ties, name="judge_work_ties"),
    path("works/<int:pk>/<str:code>/", judge_views.work, name="judge_work"),
    path("works/<int:pk>/<str:code>/files/<int:requirement>/", judge_views.work_file, name="judge_work_file"),
]
organise: list[URLPattern] = [
    *_office,
    *_import,
    *_recommendation,
    *_review,
]
supervise: list[URLPattern] = []
api: list[URLPattern] = [
    path("works/", api_views.work_list, name="api_works"),
    path("works/<int:pk>/", api_views.work_detail, name="api_work"),
]
