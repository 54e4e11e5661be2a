"""The first organiser of an empty installation."""

from datetime import datetime

from django.db import transaction

from accounts.models import Role, User
from accounts.services import create_user, grant_role
from core.exceptions import DomainError
from core.models import Edition


def is_empty() -> bool:
    """True until there is any account."""
    return not User.objects.exists()


@transaction.atomic
def create_first_organiser(
    *, edition_title: str, organiser_name: str, year: int, name: str, email: str, password: str, now: datetime
) -> User:
    """Make the first edition and its organiser, who is also the administrator. Refused once any account exists."""
    if not is_empty():
        raise DomainError("系统里已经有账号，请直接登录。")
    edition = Edition.objects.create(
        slug=str(year), title=edition_title, year=year, organiser_name=organiser_name, created_at=now
    )
    organiser = create_user(name=name, email=email, password=password)
    organiser.is_staff = organiser.is_superuser = True
    organiser.save(update_fields=["is_staff", "is_superuser"])
    grant_role(user=organiser, edition=edition, role=Role.ORGANISER, actor=organiser, now=now)
    return organiser
