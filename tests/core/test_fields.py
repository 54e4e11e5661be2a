import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from core.fields import EncryptedTextField


@pytest.fixture
def person(db):
    with isolate_apps("core"):

        class Person(models.Model):
            number = EncryptedTextField(blank=True, null=True)

            class Meta:
                app_label = "core"
                db_table = "encrypted_person"

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE encrypted_person (id integer PRIMARY KEY, number text NULL)")
        yield Person


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM encrypted_person ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_text_is_stored_encrypted_and_read_plain(person):
    person.objects.create(id=1, number="110105194912310029")
    person.objects.create(id=2, number="")
    person.objects.create(id=3, number=None)

    first, *others = stored()
    assert first.startswith("v1.")
    assert "1949" not in first
    assert others == ["", None]
    assert list(person.objects.order_by("id").values_list("number", flat=True)) == ["110105194912310029", "", None]


def test_update_and_bulk_update_encrypt_too(person):
    person.objects.bulk_create([person(id=1, number="one"), person(id=2, number="two")])

    person.objects.filter(id=1).update(number="three")
    people = list(person.objects.filter(id=2))
    people[0].number = "four"
    person.objects.bulk_update(people, ["number"])

    assert all(token.startswith("v1.") for token in stored())
    assert [one.number for one in person.objects.order_by("id")] == ["three", "four"]


@pytest.mark.parametrize("lookup", ["number", "number__contains", "number__in", "number__startswith"])
def test_lookup_by_content_is_refused(person, lookup):
    with pytest.raises(FieldError, match="blind index"):
        person.objects.filter(**{lookup: "one"})


def test_lookup_by_absence_works(person):
    person.objects.create(id=1, number=None)
    person.objects.create(id=2, number="one")

    assert list(person.objects.filter(number__isnull=True).values_list("id", flat=True)) == [1]


def test_unique_or_indexed_encrypted_field_fails_the_system_check():
    with isolate_apps("core"):

        class Account(models.Model):
            number = EncryptedTextField(unique=True)
            good = EncryptedTextField()

            class Meta:
                app_label = "core"

        assert "core.E001" in [error.id for error in Account._meta.get_field("number").check()]
        assert "core.E001" not in [error.id for error in Account._meta.get_field("good").check()]
