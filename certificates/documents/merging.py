"""All certificates of a batch as one PDF for the printer's shop, made anew for each download and kept nowhere."""

import tempfile
from collections.abc import Sequence
from typing import IO

from pypdf import PdfWriter

from certificates.documents.batches import BatchItem
from certificates.exceptions import BatchRefused

_NAMED = 3
MOST_PAGES = 2000  # about 400 MB while it is made


def merge_certificates(items: Sequence[BatchItem], *, title: str) -> IO[bytes]:
    """One page for each valid certificate, in the given order, as an open temporary file that is gone when closed.

    Refuses (BatchRefused) a batch of none or of more than MOST_PAGES, and one of which a file is missing: a shop prints
    what it gets, and nobody would miss the sheet before the ceremony.
    """
    gaps = [item for item in items if item.gap]
    if gaps:
        named = "；".join(f"{item.certificate.serial}（{item.gap}）" for item in gaps[:_NAMED])
        more = f"等 {len(gaps)} 张" if len(gaps) > _NAMED else ""
        raise BatchRefused(f"还不能合并，有 {len(gaps)} 张没有文件：{named}{more}。补齐之后再下载。")
    paths = [item.path for item in items if item.path is not None]
    if not paths:
        raise BatchRefused("没有可以合并的证书。")
    if len(paths) > MOST_PAGES:
        raise BatchRefused(f"一次最多合并 {MOST_PAGES} 张，这里有 {len(paths)} 张，请从各结果页分别下载。")
    writer = PdfWriter()
    for path in paths:
        writer.append(path, import_outline=False)
    writer.add_metadata({"/Title": title, "/Producer": "明评"})
    merged = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        writer.write(merged)
        merged.seek(0)
    except BaseException:
        merged.close()
        raise
    return merged
