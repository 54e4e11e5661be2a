"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from scoring import api as api_views
from scoring.views import books, paper
from scoring.views import hall as hall_views
from scoring.views import judge as judge_views
from scoring.views import supervise as supervise_views
from scoring.views.organise import entries, late, panels, rounds, ties
from scoring.views.organise import rulebook_edit as rulebook_editor
from scoring.views.organise import rulebook_switch as rulebook_switching
from scoring.views.organise import rulebooks as rulebook_views

judge: list[URLPattern] = [
    path("", judge_views.judge_home, name="judge_home"),
    path("rounds/<int:pk>/", judge_views.judge_round, name="judge_round"),
    path("sheets/<int:pk>/", judge_views.judge_sheet, name="judge_sheet"),
    path("sheets/<int:pk>/recuse/", judge_views.judge_recuse, name="judge_recuse"),
]
_RULEBOOK = "<slug:slug>/rulebooks/<int:pk>/"
organise: list[URLPattern] = [
    path("<slug:slug>/panels/<int:pk>/", panels.organise_panel, name="organise_panel"),
    path("<slug:slug>/panels/<int:pk>/codes/", panels.organise_codes, name="organise_codes"),
    path("<slug:slug>/rounds/<int:pk>/", rounds.organise_round, name="organise_round"),
    path("<slug:slug>/rounds/<int:pk>/live/", rounds.organise_live, name="organise_live"),
    path("<slug:slug>/rounds/<int:pk>/open/", rounds.organise_open, name="organise_open"),
    path("<slug:slug>/rounds/<int:pk>/lock/", rounds.organise_lock, name="organise_lock"),
    path("<slug:slug>/rounds/<int:pk>/ties/", ties.organise_ties, name="organise_ties"),
    path("<slug:slug>/rounds/<int:pk>/arbitration/", late.organise_arbitration, name="organise_arbitration"),
    path("<slug:slug>/rounds/<int:pk>/paper/", paper.organise_paper, name="organise_paper"),
    path("<slug:slug>/rounds/<int:pk>/rules/", books.rulebook, name="organise_rulebook"),
    path(
        "<slug:slug>/rounds/<int:pk>/rules/switch/",
        rulebook_switching.organise_rulebook_switch,
        name="organise_rulebook_switch",
    ),
    path("<slug:slug>/rulebooks/", rulebook_views.organise_rulebooks, name="organise_rulebooks"),
    path("<slug:slug>/rulebooks/new/", rulebook_views.organise_rulebook_new, name="organise_rulebook_new"),
    path(_RULEBOOK, rulebook_views.organise_rulebook_version, name="organise_rulebook_version"),
    path(f"{_RULEBOOK}edit/", rulebook_editor.organise_rulebook_edit, name="organise_rulebook_edit"),
    path(f"{_RULEBOOK}diff/", rulebook_views.organise_rulebook_diff, name="organise_rulebook_diff"),
    path("<slug:slug>/rounds/<int:pk>/result-book.json", books.book_json, name="organise_book_json"),
    path("<slug:slug>/rounds/<int:pk>/result-book.xlsx", books.book_xlsx, name="organise_book_xlsx"),
    path("<slug:slug>/rounds/<int:pk>/result-book/", books.book_print, name="organise_book_print"),
    path("<slug:slug>/recusals/<int:pk>/", rounds.organise_recusal, name="organise_recusal"),
    path("<slug:slug>/entries/<int:pk>/", entries.organise_entry, name="organise_entry"),
    path("<slug:slug>/entries/<int:pk>/lock/", entries.organise_entry_lock, name="organise_entry_lock"),
    path("<slug:slug>/sheets/<int:pk>/paper/", paper.organise_paper_sheet, name="organise_paper_sheet"),
    path("<slug:slug>/sheets/<int:pk>/correction/", entries.organise_correction, name="organise_correction"),
]
hall: list[URLPattern] = [
    path("", hall_views.hall_home, name="hall_home"),
    path("rounds/<int:pk>/times/", hall_views.hall_times, name="hall_times"),
    path("rounds/<int:pk>/blank-sheets/", hall_views.hall_blank_sheets, name="hall_blank_sheets"),
    path("rounds/<int:pk>/paper/", paper.hall_paper, name="hall_paper"),
    path("sheets/<int:pk>/paper/", paper.hall_paper_sheet, name="hall_paper_sheet"),
]
supervise: list[URLPattern] = [
    path("<slug:slug>/corrections/", supervise_views.supervise_corrections, name="supervise_corrections"),
    path("<slug:slug>/corrections/<int:pk>/", supervise_views.supervise_correction, name="supervise_correction"),
    path("<slug:slug>/rounds/<int:pk>/", supervise_views.supervise_round, name="supervise_round"),
    path("<slug:slug>/rounds/<int:pk>/live/", supervise_views.supervise_live, name="supervise_live"),
    path("<slug:slug>/rounds/<int:pk>/rules/", books.rulebook, name="supervise_rulebook"),
    path("<slug:slug>/rounds/<int:pk>/result-book.json", books.book_json, name="supervise_book_json"),
    path("<slug:slug>/rounds/<int:pk>/result-book.xlsx", books.book_xlsx, name="supervise_book_xlsx"),
    path("<slug:slug>/rounds/<int:pk>/result-book/", books.book_print, name="supervise_book_print"),
]
api: list[URLPattern] = [
    path("judge/rounds/", api_views.judge_rounds_list, name="api_judge_rounds"),
    path("judge/sheets/", api_views.sheet_list, name="api_sheets"),
    path("judge/sheets/<int:pk>/", api_views.sheet_detail, name="api_sheet"),
]
