"""run.py says in one line what is missing, and leaves nothing behind when it stops (design §12)."""

import ast
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).resolve().parents[2]


def test_run_is_readable_by_a_python_too_old_to_run_it() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_run_evaluates_no_hint_that_an_old_python_cannot() -> None:
    """`list[str]` as a bare hint is a TypeError before 3.9, raised before any message could be printed."""
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    hints = [
        hint
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for hint in (node.returns, *(argument.annotation for argument in [*node.args.args, *node.args.kwonlyargs]))
    ]
    assert [ast.unparse(hint) for hint in hints if isinstance(hint, ast.Subscript | ast.BinOp)] == []


def test_run_imports_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert names - sys.stdlib_module_names == set()


@pytest.mark.parametrize("version", [(3, 6, 9), (3, 10, 14)])
def test_python_refusal_of_an_old_python_is_one_line(version: tuple[int, ...]) -> None:
    said = run.python_refusal(version)

    assert said.startswith("需要 Python 3.11 或更新版本")
    assert f"this is {version[0]}.{version[1]}" in said
    assert "\n" not in said


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 3), (3, 13, 1), (4, 0, 0)])
def test_python_refusal_of_a_new_enough_python_is_empty(version: tuple[int, ...]) -> None:
    assert run.python_refusal(version) == ""


def test_platform_refusal_on_windows_names_wsl2() -> None:
    assert "WSL2" in run.platform_refusal("nt")
    assert "\n" not in run.platform_refusal("nt")
    assert run.platform_refusal("posix") == ""


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_venv_refusal_without_python3_venv_is_one_line(missing: str) -> None:
    said = run.venv_refusal(lambda name: None if name == missing else object())

    assert said.startswith("缺少 python3-venv：sudo apt install python3-venv")
    assert "\n" not in said
    assert run.venv_refusal() == ""


def test_run_with_the_port_occupied_says_so_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, str(ROOT / "run.py"), "--port", str(port)], capture_output=True, text=True, check=False
        )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"端口 {port} 不可用" in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert run.port_refusal("127.0.0.1", port) == ""


def test_stamp_changes_with_the_file_it_stands_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path)
    (tmp_path / "pins.txt").write_text("a==1")
    stamp, digest = run.stamped("pins.txt", "pins.txt")

    assert not run.is_current(stamp, digest)
    stamp.write_text(digest)
    assert run.is_current(*run.stamped("pins.txt", "pins.txt"))
    (tmp_path / "pins.txt").write_text("a==2")
    assert not run.is_current(*run.stamped("pins.txt", "pins.txt"))


def test_var_dir_is_beside_the_code_unless_named(tmp_path: Path) -> None:
    assert run.var_dir({}) == ROOT / "var"
    assert run.var_dir({"VAR_DIR": "var/own"}) == ROOT / "var" / "own"
    assert run.var_dir({"VAR_DIR": str(tmp_path)}) == tmp_path


def test_prepare_database_for_the_venue_leaves_the_demo_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's passwords are public: --lan and --empty take another folder where var/ holds it."""
    calls: list[tuple[str, ...]] = []

    def manage(*arguments: str, environment: dict[str, str]) -> str:
        calls.append((run.var_dir(environment).name, *arguments))
        return "organiser" if arguments == ("demo", "--accounts") and "VAR_DIR" not in environment else ""

    monkeypatch.setattr(run, "manage", manage)
    environment: dict[str, str] = {}

    assert run.prepare_database(environment, own=True) == ""
    assert environment == {"VAR_DIR": str(ROOT / "var" / "own")}
    assert calls == [
        ("var", "migrate", "--verbosity", "0"),
        ("var", "demo", "--accounts"),
        ("own", "migrate", "--verbosity", "0"),
        ("own", "demo", "--accounts"),
    ]


def test_stop_ends_children_that_ignore_the_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "STOP_SECONDS", 0.5)
    script = "trap '' TERM; sleep 60 & echo $! > child; wait; sleep 60"
    process = subprocess.Popen(["sh", "-c", script], cwd=tmp_path, start_new_session=True)
    while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text().strip():
        time.sleep(0.01)

    run.stop({"stubborn": process})

    assert process.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 5
    while is_alive(int((tmp_path / "child").read_text())) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(int((tmp_path / "child").read_text()))


def is_alive(pid: int) -> bool:
    """A zombie that init has yet to reap counts as ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_commands_give_web_two_workers_and_the_worker_its_beat() -> None:
    commands = run.commands("127.0.0.1", 8123)

    assert commands["web"][1:5] == ["-m", "gunicorn", "config.wsgi", "--bind"]
    assert commands["web"][commands["web"].index("--workers") + 1] == "2"
    assert "127.0.0.1:8123" in commands["web"]
    assert commands["worker"][1:7] == ["-m", "celery", "-A", "config", "worker", "-B"]


def test_manage_that_fails_stops_with_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PYTHON", Path(sys.executable))

    with pytest.raises(SystemExit, match="no-such-command"):
        run.manage("no-such-command", environment=dict(os.environ))
