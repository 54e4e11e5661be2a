"""What can be done to accounts, units, roles and codes; other apps import from here."""

from accounts.selectors import find_unit
from accounts.services.codes import IssuedCode, issue_sign_in_code, revoke_sign_in_codes, sign_in_by_code
from accounts.services.invitations import accept_invitation, invite, join_by_invitation, revoke_invitation
from accounts.services.resets import issue_participant_code, issue_reset_code, mail_reset_link, reset_password
from accounts.services.roles import grant_role, revoke_role
from accounts.services.sign_ups import PRIVACY_VERSION, sign_up
from accounts.services.take_overs import take_over_account
from accounts.services.tokens import create_token, revoke_token, revoke_tokens
from accounts.services.units import add_alias, add_units, create_unit, remove_alias
from accounts.services.users import add_person, change_password, create_user, set_password

__all__ = [
    "PRIVACY_VERSION",
    "IssuedCode",
    "accept_invitation",
    "add_alias",
    "add_person",
    "add_units",
    "change_password",
    "create_token",
    "create_unit",
    "create_user",
    "find_unit",
    "grant_role",
    "invite",
    "issue_participant_code",
    "issue_reset_code",
    "issue_sign_in_code",
    "join_by_invitation",
    "mail_reset_link",
    "remove_alias",
    "reset_password",
    "revoke_invitation",
    "revoke_role",
    "revoke_sign_in_codes",
    "revoke_token",
    "revoke_tokens",
    "set_password",
    "sign_in_by_code",
    "sign_up",
    "take_over_account",
]
