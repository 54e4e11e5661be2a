"""Every address of the product, by audience (design §7)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

import accounts.urls
import certificates.urls
import contest.urls
import core.resumable.urls
import ledger.urls
import notices.urls
import outbox.urls
import portal.urls
import results.urls
import scoring.urls
import works.urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(portal.urls.public)),
    path("", include(accounts.urls.public)),
    path("", include(results.urls.public)),
    path("", include(certificates.urls.public)),
    path("", include(notices.urls.public)),
    path("", include(contest.urls.public)),
    path("", include(works.urls.public)),
    path("my/", include(accounts.urls.my)),
    path("my/", include(outbox.urls.my)),
    path("my/", include(contest.urls.my)),
    path("my/", include(works.urls.my)),
    path("my/", include(certificates.urls.my)),
    path("judge/", include(scoring.urls.judge)),
    path("judge/", include(contest.urls.judge)),
    path("judge/", include(works.urls.judge)),
    path("unit/", include(contest.urls.unit)),
    path("unit/", include(certificates.urls.unit)),
    path("unit/", include(works.urls.unit)),
    path("organise/", include(portal.urls.organise)),
    path("organise/", include(accounts.urls.organise)),
    path("organise/", include(contest.urls.organise)),
    path("organise/", include(works.urls.organise)),
    path("organise/", include(scoring.urls.organise)),
    path("organise/", include(results.urls.organise)),
    path("organise/", include(certificates.urls.organise)),
    path("organise/", include(notices.urls.organise)),
    path("organise/", include(outbox.urls.organise)),
    path("hall/", include(scoring.urls.hall)),
    path("hall/", include(contest.urls.hall)),
    path("supervise/", include(portal.urls.supervise)),
    path("supervise/", include(ledger.urls.supervise)),
    path("supervise/", include(scoring.urls.supervise)),
    path("supervise/", include(contest.urls.supervise)),
    path("supervise/", include(works.urls.supervise)),
    path("supervise/", include(results.urls.supervise)),
    path("supervise/", include(certificates.urls.supervise)),
    path("supervise/", include(notices.urls.supervise)),
    path("api/v1/", include(portal.urls.api)),
    path("api/v1/", include(contest.urls.api)),
    path("api/v1/", include(works.urls.api)),
    path("api/v1/", include(scoring.urls.api)),
    path("api/v1/", include(results.urls.api)),
    path("api/v1/", include(notices.urls.api)),
    path("api/v1/", include(core.resumable.urls.api)),
    path("admin/", admin.site.urls),
]

handler404 = "core.errors.not_found"
handler500 = "core.errors.server_error"
