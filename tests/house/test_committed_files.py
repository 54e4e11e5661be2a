"""Nothing of the machine it was written on is committed, and no package registry is named (design §12)."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# In pieces, so that this file does not name them itself.
HOSTS = [
    *("pypi" + ".org", "python" + "hosted.org", "pypi.tuna" + ".tsinghua", "pypi." + "douban.com"),
    *("npmjs" + ".org", "npmjs" + ".com", "npm" + "mirror.com", "yarn" + "pkg.com"),
    *("mirrors." + "aliyun.com", "mirrors.cloud." + "tencent.com"),
]
FORBIDDEN = {
    "a package registry's host": re.compile("|".join(re.escape(host) for host in HOSTS)),
    "a path of one machine": re.compile(r"(?<![\w./*-])/(?:work|root|home/[a-z]\w*|Users/\w+)/"),
    "a private key": re.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY"),
    "an unfinished piece": re.compile("raise Not" + r"ImplementedError|\bTO" + r"DO\b|\bFIX" + r"ME\b"),
}


def committed_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_holds(what: str) -> None:
    found = []
    for path in committed_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        lines = content.decode("utf-8").splitlines()
        found += [
            f"{path.relative_to(ROOT)}:{n}: {line[:120]}"
            for n, line in enumerate(lines, 1)
            if FORBIDDEN[what].search(line)
        ]

    assert found == []


def test_no_secret_file_is_committed() -> None:
    names = {path.name for path in committed_files()}

    assert names & {".env", "secrets.json", "dev.env", "id_rsa", ".npmrc", ".pypirc", "pip.conf"} == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_requirements_are_pinned_by_hash_and_name_no_index(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line and not line.startswith((" ", "#"))]

    assert entries
    assert [line for line in entries if not re.fullmatch(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==[\w.]+ \\", line)] == []
    assert [
        line for line in lines if line.startswith("    ") and not re.match(r"    (--hash=sha256:[0-9a-f]{64}|#)", line)
    ] == []
