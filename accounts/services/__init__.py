"""What can be done to accounts, units, roles and codes; other apps import from here."""

from accounts.selectors import find_unit
from accounts.services.roles import grant_role, revoke_role
from accounts.services.units import add_alias, create_unit
from accounts.services.users import change_password, create_user, set_password

__all__ = [
    "add_alias",
    "change_password",
    "create_unit",
    "create_user",
    "find_unit",
    "grant_role",
    "revoke_role",
    "set_password",
]
