"""What a running upload can be refused for: each with the status that the tus protocol gives it."""

from core.exceptions import DomainError


class UploadRefused(DomainError):
    """A refused request of an upload; `status` is its answer's, `offset` where the upload stands, if that helps."""

    status = 409

    def __init__(self, message: str, *, code: str = "", offset: int | None = None) -> None:
        super().__init__(message, code=code)
        self.offset = offset


class OffsetMismatch(UploadRefused):
    """The piece begins elsewhere than the upload stands: it repeats, overlaps, or leaves a gap."""

    code = "offset_mismatch"


class UploadBusy(UploadRefused):
    """Another request is writing this very upload."""

    code = "busy"
    status = 423


class UploadOver(UploadRefused):
    """The upload was cancelled, refused, or ran out of time: there is nothing to go on with."""

    code = "gone"
    status = 410


class TooMuch(UploadRefused):
    """More than the limit, or past the announced end."""

    code = "too_large"
    status = 413


class ChecksumMismatch(UploadRefused):
    """The piece arrived changed; none of it was kept."""

    code = "checksum_mismatch"
    status = 460


class PieceCut(UploadRefused):
    """The connection broke off within a piece."""

    code = "cut"
    status = 400


class NoSpace(UploadRefused):
    """The server's disk would not hold it."""

    code = "no_space"
    status = 507
