"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from accounts.views import my as my_views
from accounts.views import organise as organise_views
from accounts.views import public as public_views
from accounts.views import sign_up as sign_up_views
from accounts.views import tokens as token_views

public: list[URLPattern] = [
    path("sign-in/", public_views.sign_in, name="sign_in"),
    path("sign-up/", sign_up_views.sign_up, name="sign_up"),
    path("privacy/", sign_up_views.privacy, name="privacy"),
    path("sign-out/", public_views.sign_out, name="sign_out"),
    path("c/", public_views.code_entry, name="code_entry"),
    path("c/<str:token>", public_views.code_sign_in, name="code_sign_in"),
    path("invitation/<str:token>", public_views.invitation, name="invitation"),
    path("password/", public_views.password_reset, name="password_reset"),
    path("password/sent/", public_views.password_reset_sent, name="password_reset_sent"),
    path("password/code/", public_views.reset_by_code, name="reset_by_code"),
    path(
        "password/<str:uidb64>/<str:token>/",
        public_views.PasswordResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
]
my: list[URLPattern] = [
    path("account/", my_views.my_account, name="my_account"),
    path("tokens/", token_views.my_tokens, name="my_tokens"),
    path("tokens/<slug:digest>/revoke/", token_views.my_token_revoke, name="my_token_revoke"),
]
organise: list[URLPattern] = [
    path("<slug:slug>/people/", organise_views.organise_people, name="organise_people"),
    path("<slug:slug>/people/add/", organise_views.organise_person_add, name="organise_person_add"),
    path("<slug:slug>/people/<int:pk>/", organise_views.organise_person, name="organise_person"),
    path("<slug:slug>/people/<int:pk>/roles/", organise_views.organise_grant, name="organise_grant"),
    path("<slug:slug>/people/<int:pk>/reset/", organise_views.organise_reset_code, name="organise_reset_code"),
    path(
        "<slug:slug>/people/<int:pk>/codes/revoke/",
        organise_views.organise_codes_revoke,
        name="organise_codes_revoke",
    ),
    path("<slug:slug>/grants/<int:pk>/revoke/", organise_views.organise_revoke, name="organise_revoke"),
    path("<slug:slug>/invitations/add/", organise_views.organise_invite, name="organise_invite"),
    path(
        "<slug:slug>/invitations/<int:pk>/revoke/",
        organise_views.organise_invitation_revoke,
        name="organise_invitation_revoke",
    ),
    path("<slug:slug>/units/", organise_views.organise_units, name="organise_units"),
    path("<slug:slug>/units/<int:pk>/", organise_views.organise_unit, name="organise_unit"),
    path(
        "<slug:slug>/units/<int:pk>/aliases/<int:alias_pk>/remove/",
        organise_views.organise_alias_remove,
        name="organise_alias_remove",
    ),
]
