"""What the rehearsal finds when a certificate is not what it should be."""

import shutil
from datetime import date

import pytest
from django.conf import settings

from certificates.models import Certificate, Series
from certificates.services import Award, issue_certificates
from certificates.tasks import make_certificates
from portal.services.rehearsal.cast import gather_cast
from portal.services.rehearsal.certificates import REASON, certificate_faults, certificates_of, revoke_a_certificate
from portal.services.rehearsal.clock import PlayClock


class AnyResult:
    """Certificates know a result by its number alone."""

    pk = 1


RESULT = AnyResult()


@pytest.fixture
def three(edition, now):
    clock = PlayClock(now)
    cast = gather_cast(edition=edition, judges=3, now=clock(), mail=lambda name: f"{name}@example.com")
    words = ("在科普讲解大赛中荣获", "一等奖", ("示范市科学技术协会",), "结果 1")
    awards = [Award(f"result-1:0{n}", name, "同志", *words) for n, name in enumerate(("王晓", "李明", "张三"))]
    rows = issue_certificates(
        edition=edition, prefix="演练-", awards=awards, issued_on=date(2026, 11, 20), actor=cast.organiser, now=now
    )
    make_certificates(certificate_ids=[row.pk for row in rows])
    revoke_a_certificate(result=RESULT, cast=cast, clock=clock)
    return certificates_of(RESULT)


def test_certificates_that_are_right_have_no_faults(three):
    assert certificate_faults(result=RESULT, owed=3, revoked=1) == []
    assert three[2].void_reason == REASON


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed: apt-get install poppler-utils")
def test_certificate_faults_names_files_that_were_changed_round(three):
    first, second = (settings.MEDIA_ROOT / row.file for row in three[:2])
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)

    faults = certificate_faults(result=RESULT, owed=3, revoked=1)

    for row, other in ((three[0], three[1]), (three[1], three[0])):
        name, serial = f"certificate {row.serial}: ", row.serial
        assert [fault.removeprefix(name) for fault in faults if fault.startswith(name)] == [
            "another file than was made",
            f"“{row.text['recipient']}” is not in it",
            f"“{serial}” is not in it",
            "the public check does not know it",
            "its code leads to another one",
        ]
        assert other.serial != serial


def test_certificate_faults_names_a_wrong_state_and_a_lost_file(three):
    Certificate.objects.filter(pk=three[2].pk).update(void_reason="别的")
    (settings.MEDIA_ROOT / three[0].file).unlink()

    assert certificate_faults(result=RESULT, owed=3, revoked=1) == [
        f"certificate {three[0].serial} has no file",
        f"certificate {three[2].serial}: the public check says revoked, 别的",
    ]
    Series.objects.update(last_number=4)
    assert certificate_faults(result=RESULT, owed=4, revoked=1)[:2] == [
        "4 awards have certificates in the states ['issued', 'issued', 'revoked']",
        "numbers of 演练- are not 1 to 4: [1, 2, 3]",
    ]
