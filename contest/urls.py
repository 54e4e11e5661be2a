"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from contest import api as api_views
from contest.views import hall_check_in as check_in_views
from contest.views import judge_exhibit as exhibit_views
from contest.views import my as my_views
from contest.views import my_materials as my_material_views
from contest.views import my_registration as my_registration_views
from contest.views import organise as organise_views
from contest.views import organise_contestant as contestant_views
from contest.views import organise_contestants as list_views
from contest.views import organise_draw as draw_views
from contest.views import organise_exclusions as exclusion_views
from contest.views import organise_import as import_views
from contest.views import organise_materials as material_views
from contest.views import organise_province as province_views
from contest.views import organise_results as result_views
from contest.views import organise_review as review_views
from contest.views import organise_rounds as round_views
from contest.views import organise_rulebook as rulebook_views
from contest.views import organise_settings as settings_views
from contest.views import organise_settings_materials as settings_material_views
from contest.views import organise_settings_texts as settings_text_views
from contest.views import public_contest as public_contest_views
from contest.views import public_draw as public_draw_views
from contest.views import redraws as redraw_views
from contest.views import unit as unit_views
from contest.views import unit_entry as unit_entry_views
from contest.views import unit_import as unit_import_views
from contest.views import unit_list as unit_list_views
from contest.views import unit_materials as unit_material_views

_OWN = "registrations/<int:pk>/"
my: list[URLPattern] = [
    path("", my_views.my_home, name="my_home"),
    path("contests/<int:pk>/register/", my_views.my_register, name="my_register"),
    path(_OWN, my_registration_views.my_registration, name="my_registration"),
    path(f"{_OWN}autosave/", my_registration_views.autosave, name="my_autosave"),
    path(f"{_OWN}recall/", my_registration_views.recall, name="my_recall"),
    path(f"{_OWN}withdraw/", my_registration_views.withdraw, name="my_withdraw"),
    path(f"{_OWN}receipt/", my_registration_views.receipt, name="my_receipt"),
    path(f"{_OWN}form/", my_registration_views.printed_form, name="my_registration_form"),
    path(f"{_OWN}consent/", my_material_views.my_consent, name="my_consent"),
    path(f"{_OWN}materials/", my_material_views.my_materials, name="my_materials"),
    path(f"{_OWN}materials/<int:requirement>/", my_material_views.upload, name="my_material"),
    path(f"{_OWN}files/<int:material>/", my_material_views.material_file, name="my_material_file"),
    path(f"{_OWN}files/<int:material>/take-back/", my_material_views.take_back, name="my_material_take_back"),
    path(
        f"{_OWN}certificates/<int:certificate_pk>/",
        my_views.my_registration_certificate,
        name="my_registration_certificate",
    ),
]

_UNIT = "<slug:slug>/units/<int:unit>/"
_UNIT_CONTEST = f"{_UNIT}contests/<int:pk>/"
_ENTRY = "contestants/<int:pk>/"
unit: list[URLPattern] = [
    path("", unit_views.unit_start, name="unit_start"),
    path(_UNIT, unit_views.unit_home, name="unit_home"),
    path(f"{_UNIT}groups/<int:pk>/order/", unit_views.unit_order, name="unit_order"),
    path(f"{_UNIT_CONTEST}submit/", unit_views.unit_submit, name="unit_submit"),
    path(f"{_UNIT_CONTEST}entries/new/", unit_entry_views.unit_entry_new, name="unit_entry_new"),
    path(f"{_UNIT_CONTEST}list/", unit_list_views.unit_list, name="unit_list"),
    path(f"{_UNIT_CONTEST}list.xlsx", unit_list_views.unit_list_xlsx, name="unit_list_xlsx"),
    path(f"{_UNIT_CONTEST}import/", unit_import_views.unit_import, name="unit_import"),
    path(f"{_UNIT_CONTEST}import/template/", unit_import_views.template, name="unit_import_template"),
    path(f"{_UNIT_CONTEST}import/annotated/", unit_import_views.annotated, name="unit_import_annotated"),
    path(f"{_UNIT_CONTEST}import/confirm/", unit_import_views.confirm, name="unit_import_confirm"),
    path(f"{_UNIT_CONTEST}import/discard/", unit_import_views.discard, name="unit_import_discard"),
    path(_ENTRY, unit_entry_views.unit_entry, name="unit_entry"),
    path(f"{_ENTRY}autosave/", unit_entry_views.autosave, name="unit_entry_autosave"),
    path(f"{_ENTRY}recall/", unit_entry_views.recall, name="unit_entry_recall"),
    path(f"{_ENTRY}delete/", unit_entry_views.delete, name="unit_entry_delete"),
    path(f"{_ENTRY}withdraw/", unit_entry_views.withdraw, name="unit_entry_withdraw"),
    path(f"{_ENTRY}form/", unit_entry_views.form_print, name="unit_entry_print"),
    path(f"{_ENTRY}form.docx", unit_entry_views.form_docx, name="unit_entry_form"),
    path(f"{_ENTRY}requirements/<int:requirement>/", unit_material_views.hand_in, name="unit_material"),
    path(f"{_ENTRY}materials/<int:material>/", unit_material_views.material_file, name="unit_material_file"),
    path(f"{_ENTRY}materials/<int:material>/take-back/", unit_material_views.take_back, name="unit_material_take_back"),
]

_CONTEST = "<slug:slug>/contests/<int:pk>/"
_CONTESTANT = "<slug:slug>/contestants/<int:pk>/"
_REQUIREMENT = "<slug:slug>/requirements/<int:pk>/"
_GROUP = "<slug:slug>/groups/<int:pk>/"
_ROUND = "<slug:slug>/rounds/<int:pk>/"
_FINALISTS = "<slug:slug>/results/<int:pk>/finalists/"
organise: list[URLPattern] = [
    path("<slug:slug>/contests/new/", organise_views.contest_new, name="organise_contest_new"),
    path(_CONTEST, organise_views.organise_contest, name="organise_contest"),
    path(f"{_CONTEST}rulebook/", rulebook_views.contest_rulebook, name="organise_contest_rulebook"),
    path(f"{_CONTEST}settings/", settings_views.basics, name="organise_settings"),
    path(f"{_CONTEST}settings/groups/", settings_views.groups, name="organise_settings_groups"),
    path(f"{_CONTEST}settings/fields/", settings_views.asked_fields, name="organise_settings_fields"),
    path(f"{_CONTEST}settings/materials/", settings_material_views.materials, name="organise_settings_materials"),
    path(f"{_CONTEST}settings/materials/new/", settings_material_views.material_new, name="organise_material_new"),
    path(_REQUIREMENT, settings_material_views.material, name="organise_material"),
    path(f"{_REQUIREMENT}move/", settings_material_views.material_move, name="organise_material_move"),
    path(f"{_REQUIREMENT}remove/", settings_material_views.material_remove, name="organise_material_remove"),
    path(f"{_CONTEST}settings/consent/", settings_text_views.consent_text, name="organise_settings_consent"),
    path(f"{_CONTEST}settings/call/", settings_text_views.call, name="organise_settings_call"),
    path(f"{_CONTEST}settings/call/publish/", settings_text_views.call_publish, name="organise_call_publish"),
    path(f"{_CONTEST}settings/call/withdraw/", settings_text_views.call_withdraw, name="organise_call_withdraw"),
    path(f"{_CONTEST}settings/exclusions/", exclusion_views.exclusions, name="organise_exclusions"),
    path(f"{_CONTEST}settings/exclusions/template/", exclusion_views.template, name="organise_exclusions_template"),
    path("<slug:slug>/exclusions/<int:pk>/remove/", exclusion_views.remove, name="organise_exclusion_remove"),
    path(f"{_CONTEST}contestants/", list_views.contestants, name="organise_contestants"),
    path(f"{_CONTEST}contestants/remind/", list_views.remind, name="organise_registrations_remind"),
    path(f"{_CONTEST}contestants/new/", list_views.contestant_new, name="organise_contestant_new"),
    path(f"{_CONTEST}contestants/export/", list_views.export, name="organise_contestants_export"),
    path(f"{_CONTEST}review/", review_views.review, name="organise_review"),
    path(f"{_CONTEST}review/batch/", review_views.batch, name="organise_batch"),
    path(f"{_CONTEST}review/result/", review_views.result, name="organise_batch_result"),
    path(f"{_CONTEST}review/drafts/", review_views.close_drafts, name="organise_close_drafts"),
    path(f"{_CONTEST}materials/", material_views.materials, name="organise_materials"),
    path(f"{_CONTEST}materials/zip/", material_views.materials_zip, name="organise_materials_zip"),
    path("<slug:slug>/materials/<int:pk>/", material_views.material_file, name="organise_material_file"),
    path(f"{_CONTEST}import/", import_views.registrations_import, name="organise_import"),
    path(f"{_CONTEST}import/template/", import_views.template, name="organise_import_template"),
    path(f"{_CONTEST}import/annotated/", import_views.annotated, name="organise_import_annotated"),
    path(f"{_CONTEST}import/confirm/", import_views.confirm, name="organise_import_confirm"),
    path(f"{_CONTEST}import/discard/", import_views.discard, name="organise_import_discard"),
    path(_CONTESTANT, contestant_views.contestant, name="organise_contestant"),
    path(f"{_CONTESTANT}edit/", contestant_views.edit, name="organise_contestant_edit"),
    path(f"{_CONTESTANT}decide/", contestant_views.decide, name="organise_contestant_decide"),
    path(f"{_CONTESTANT}reveal/", contestant_views.reveal, name="organise_contestant_reveal"),
    path(f"{_CONTESTANT}note/", contestant_views.note, name="organise_contestant_note"),
    path(f"{_CONTESTANT}leave/", contestant_views.leave, name="organise_contestant_leave"),
    path(f"{_CONTESTANT}account/", contestant_views.account, name="organise_contestant_account"),
    path(f"{_GROUP}rounds/new/", round_views.round_new, name="organise_round_new"),
    path(f"{_GROUP}draw/", draw_views.draw, name="organise_draw"),
    path(f"{_GROUP}draw/commit/", draw_views.commit, name="organise_draw_commit"),
    path(f"{_GROUP}draw/lots/", draw_views.lots, name="organise_draw_lots"),
    path(f"{_GROUP}draw/order/", draw_views.order, name="organise_draw_order"),
    path(f"{_GROUP}draw/kinship/", draw_views.kinship, name="organise_draw_kinship"),
    path(f"{_GROUP}draw/videos/", draw_views.videos, name="organise_draw_videos"),
    path(f"{_GROUP}draw/redraw/", draw_views.redraw, name="organise_redraw"),
    path("<slug:slug>/appearances/<int:pk>/no-video/", draw_views.video_forfeit, name="organise_video_forfeit"),
    path(f"{_ROUND}advancement/", round_views.advancement, name="organise_advancement"),
    path(f"{_ROUND}advancement/move-up/", round_views.advancement_move_up, name="organise_advancement_move_up"),
    path(f"{_ROUND}running-order/", round_views.running_order, name="organise_running_order"),
    path(f"{_ROUND}running-order/print/", round_views.running_order_print, name="organise_running_order_print"),
    path(f"{_ROUND}running-order.xlsx", round_views.running_order_xlsx, name="organise_running_order_xlsx"),
    path("<slug:slug>/rounds/<int:pk>/propose/", result_views.propose, name="organise_propose"),
    path(_FINALISTS, result_views.finalists, name="organise_finalists"),
    path(f"{_FINALISTS}record/", result_views.record, name="organise_finalists_record"),
    path(f"{_FINALISTS}extra/", province_views.extra, name="organise_finalists_extra"),
    path(f"{_CONTEST}province/", province_views.province, name="organise_province"),
    path(f"{_CONTEST}province/delegation/", province_views.delegation, name="organise_delegation"),
    path(f"{_CONTEST}province/package/", province_views.package, name="organise_province_package"),
    path(f"{_CONTEST}templates/", province_views.template_upload, name="organise_template_upload"),
    path(f"{_CONTEST}templates/<slug:kind>/", province_views.template_download, name="organise_template"),
    path(f"{_CONTEST}templates/<slug:kind>/reset/", province_views.template_reset, name="organise_template_reset"),
    path("<slug:slug>/finalists/<int:pk>/withdraw/", result_views.withdraw, name="organise_finalist_withdraw"),
    path("<slug:slug>/finalists/<int:pk>/move-up/", result_views.move_up, name="organise_finalist_move_up"),
]

judge: list[URLPattern] = [
    path("exhibits/<int:pk>/", exhibit_views.judge_exhibit, name="judge_exhibit"),
    path("exhibits/<int:pk>/file/", exhibit_views.judge_exhibit_file, name="judge_exhibit_file"),
]
hall: list[URLPattern] = [
    path("rounds/<int:pk>/check-in/", check_in_views.check_in, name="hall_check_in"),
]
supervise: list[URLPattern] = [
    path("<slug:slug>/redraws/", redraw_views.supervise_redraws, name="supervise_redraws"),
    path("<slug:slug>/redraws/<int:pk>/", redraw_views.decide, name="redraw_decide"),
]
public: list[URLPattern] = [
    path("contests/<int:pk>/", public_contest_views.public_contest, name="public_contest"),
    path("contests/<int:pk>/rules/", public_contest_views.public_contest_rules, name="public_contest_rules"),
    path("draws/<int:pk>/", public_draw_views.public_draw, name="public_draw"),
    path("draws/<int:pk>.json", public_draw_views.public_draw_json, name="public_draw_json"),
]
api: list[URLPattern] = [
    path("contests/", api_views.contest_list, name="api_contests"),
    path("contests/<int:pk>/", api_views.contest_detail, name="api_contest"),
    path("registrations/", api_views.registration_list, name="api_registrations"),
    path("registrations/<int:pk>/", api_views.registration_detail, name="api_registration"),
    path("registrations/<int:pk>/submission/", api_views.registration_submit, name="api_registration_submit"),
    path("registrations/<int:pk>/recall/", api_views.registration_recall, name="api_registration_recall"),
]
