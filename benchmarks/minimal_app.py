"""The smallest honest Django app that takes a score sheet: the baseline that the product is measured against.

Session, CSRF, form, transaction, row lock, five marks, one log row; and a plain table of totals. Nothing else.
Run by gunicorn as `benchmarks.minimal_app:application` with BASELINE_DATABASE_URL set.
"""

import os
from typing import Any, ClassVar

import dj_database_url
import django
from django.conf import settings

DATABASE = dj_database_url.parse(os.environ["BASELINE_DATABASE_URL"], conn_max_age=60)
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
    }
PAGES = {
    "sheet.html": "<form method=post>{% csrf_token %}{{ form }}<button>ok</button></form>",
    "table.html": "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"
    "{% endfor %}</table>",
}
settings.configure(
    SECRET_KEY="baseline only",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": DATABASE},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    # Django adds this one itself only where no loaders are named.
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", PAGES)],
                    )
                ]
            },
        }
    ],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django import forms  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.shortcuts import redirect, render  # noqa: E402
from django.urls import path  # noqa: E402


class Sheet(models.Model):
    judge = models.ForeignKey(User, on_delete=models.PROTECT)
    entry = models.IntegerField()
    version = models.IntegerField(default=0)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "baseline"
        unique_together = [("judge", "entry")]


class Mark(models.Model):
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT)
    criterion = models.IntegerField()
    points = models.DecimalField(max_digits=5, decimal_places=2)
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "baseline"
        unique_together = [("sheet", "criterion")]


class Log(models.Model):
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "baseline"


SheetForm = type(
    "SheetForm",
    (forms.Form,),
    {"version": forms.IntegerField(widget=forms.HiddenInput)}
    | {f"c{n}": forms.DecimalField(min_value=0, max_value=50, max_digits=4, decimal_places=1) for n in range(5)},
)


@login_required
def sheet_view(request, pk):
    sheet = Sheet.objects.get(pk=pk, judge=request.user)
    form = SheetForm(request.POST or None, initial={"version": sheet.version})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            sheet = Sheet.objects.select_for_update().get(pk=pk)
            marks = [form.cleaned_data[f"c{criterion}"] for criterion in range(5)]
            Mark.objects.filter(sheet=sheet).delete()
            Mark.objects.bulk_create(
                Mark(sheet=sheet, criterion=criterion, points=points) for criterion, points in enumerate(marks)
            )
            sheet.total, sheet.version = sum(marks), sheet.version + 1
            sheet.save()
            Log.objects.create(sheet=sheet, text=f"{request.user.pk} {sheet.total}")
        return redirect(request.path)
    return render(request, "sheet.html", {"form": form})


@login_required
def table_view(request):
    rows: dict[int, list[str]] = {}
    for entry, total in Sheet.objects.order_by("entry", "judge_id").values_list("entry", "total"):
        rows.setdefault(entry, [str(entry), f"entry {entry}"]).append("–" if total is None else str(total))
    return render(request, "table.html", {"rows": list(rows.values())})


urlpatterns = [path("sheets/<int:pk>/", sheet_view), path("table/", table_view)]
application = get_wsgi_application()


def prepare(*, judges: int, entries: int, marked: bool) -> tuple[list[str], list[list[int]]]:
    """Make the tables and rows; return each judge's session key and sheet ids."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Sheet, Mark, Log):
            editor.create_model(model)
    keys, sheets = [], []
    for number in range(judges):
        user = User.objects.create_user(f"judge{number}")
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        keys.append(session.session_key or "")
        rows = [Sheet(judge=user, entry=entry, total=90 if marked else None) for entry in range(entries)]
        sheets.append([sheet.pk for sheet in Sheet.objects.bulk_create(rows)])
    return keys, sheets


if __name__ == "__main__":
    import json
    import sys

    judges, entries, marked = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "marked"
    print(json.dumps(prepare(judges=judges, entries=entries, marked=marked)))
