"""Model fields of our own."""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.lookups import Lookup

from core.crypto import decrypt, encrypt

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

if TYPE_CHECKING:
    _TextField = models.TextField
else:  # Django's fields take no type arguments when running; django-stubs fills them in from `null`

    class _TextField(models.TextField, Generic[_ST, _GT]):
        pass


class EncryptedTextField(_TextField[_ST, _GT]):
    """Text that the database sees only encrypted (design §7); an empty text stays empty, so that absence shows.

    It can be asked for `isnull` only: to find a value or keep it unique, store its `core.crypto.blind_index` beside
    it in a column of its own.
    """

    description = "Encrypted text"

    def from_db_value(self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper) -> str | None:
        return decrypt(value) if value else value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        prepared = super().get_db_prep_save(value, connection)
        return encrypt(prepared) if isinstance(prepared, str) and prepared else prepared

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by its blind index, not by {lookup_name!r}")
        return super().get_lookup(lookup_name)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if self.unique or getattr(self, "db_index", False):
            message = "An encrypted field cannot be unique or indexed: equal texts have different tokens."
            errors.append(checks.Error(message, obj=self, id="core.E001"))
        return errors
