"""The direction of imports holds, and breaking it on purpose is noticed (design §2)."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Field

ROOT = Path(__file__).resolve().parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
LAYERS = [[name.strip() for name in layer.split("|")] for layer in LINTER["contracts"][0]["layers"]]
DEPTH = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}
NOT_THE_PRODUCT = {"tests", "benchmarks", "tools"}
DOWNWARDS = "Apps import downwards only; siblings do not know each other"
INSIDE = "Inside an app: ways in above services above data"
PURE = "The engine is pure"
SOURCES = [path for name in DEPTH for path in sorted((ROOT / name).rglob("*.py")) if "migrations" not in path.parts]


def unlisted_packages(root: Path) -> set[str]:
    """Root packages that no contract names, so that nothing would stop their imports."""
    packages = {path.parent.name for path in root.glob("*/__init__.py")} - NOT_THE_PRODUCT
    return packages - (set(LINTER["root_packages"]) & set(DEPTH))


def broken_contracts(root: Path) -> list[str]:
    """Run import-linter in `root` and return the names of the contracts it calls broken."""
    command = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", command], cwd=root, capture_output=True, text=True, check=False)
    broken = [line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    assert (done.returncode == 0) == (not broken), done.stdout + done.stderr
    return broken


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages' Python files and the contracts, to be broken."""
    for name in DEPTH:
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=lambda folder, names: {n for n in names if is_left_out(folder, n)}
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def is_left_out(folder: str, name: str) -> bool:
    path = Path(folder, name)
    return name == "__pycache__" or (path.is_file() and path.suffix != ".py")


def append(root: Path, module: str, line: str) -> None:
    """Add a line to a module, be it a file, a package or not there yet."""
    path = root.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    with file.open("a", encoding="utf-8") as out:
        out.write(f"\n{line}\n")


def test_every_root_package_is_named_by_the_contracts() -> None:
    assert unlisted_packages(ROOT) == set()
    assert set(LINTER["root_packages"]) == set(DEPTH)


def test_every_app_is_inside_the_layering_of_apps() -> None:
    assert set(LINTER["contracts"][1]["containers"]) == set(DEPTH) - {"config", "core"}


def test_layout_untouched_breaks_nothing(copy: Path) -> None:
    assert broken_contracts(copy) == []


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        pytest.param("certificates.models", "import scoring.models", DOWNWARDS, id="sibling"),
        pytest.param("scoring.models", "import contest.models", DOWNWARDS, id="upward"),
        pytest.param("ledger.models", "import ledger.services", INSIDE, id="model-calls-service"),
        pytest.param("ledger.helpers", "", INSIDE, id="module-without-a-layer"),
        pytest.param("scoring.engine", "import django.db", PURE, id="django-in-the-engine"),
        pytest.param("scoring.engine", "import core.exceptions", PURE, id="core-in-the-engine"),
    ],
)
def test_layout_broken_on_purpose_is_noticed(copy: Path, module: str, line: str, contract: str) -> None:
    append(copy, module, line)

    assert broken_contracts(copy) == [contract]


def test_layout_with_a_type_checking_import_upwards_is_noticed(copy: Path) -> None:
    append(copy, "ledger.models", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import contest.models")

    assert broken_contracts(copy) == [DOWNWARDS]


def test_layout_with_a_root_package_no_contract_names_is_noticed(copy: Path) -> None:
    (copy / "gallery").mkdir()
    (copy / "gallery" / "__init__.py").touch()

    assert unlisted_packages(copy) == {"gallery"}


def references_by_string(path: Path) -> Iterator[str]:
    """Other apps' models that a relation names by string, where import-linter cannot see them."""
    relations = {"ForeignKey", "OneToOneField", "ManyToManyField"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", getattr(node.func, "id", "")) not in relations:
            continue
        values = [*node.args[:1], *(word.value for word in node.keywords if word.arg in {"to", "through"})]
        names = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
        yield from (name for name in names if "." in name and name.split(".")[0] != path.relative_to(ROOT).parts[0])


def test_no_relation_names_another_app_by_string() -> None:
    found = {str(path.relative_to(ROOT)): list(references_by_string(path)) for path in SOURCES}
    assert {path: names for path, names in found.items() if names} == {}


def relations() -> Iterator[tuple[str, str, str]]:
    """(field, its app, the app it points to) of every relation of our models that leaves its app."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if model._meta.app_label not in DEPTH or not isinstance(field, Field) or not field.remote_field:
                continue
            target = field.related_model
            if isinstance(target, str) or target is None or target._meta.label == settings.AUTH_USER_MODEL:
                continue
            if target._meta.app_label != model._meta.app_label:
                yield f"{model._meta.label}.{field.name}", model._meta.app_label, target._meta.app_label


def test_relations_point_downwards_only() -> None:
    upwards = [name for name, app, target in relations() if target in DEPTH and DEPTH[target] <= DEPTH[app]]
    assert upwards == []


def test_no_generic_foreign_key_and_no_multi_table_inheritance() -> None:
    ours = [model for model in apps.get_models() if model._meta.app_label in DEPTH]
    assert [model._meta.label for model in ours if model._meta.private_fields] == []
    assert [model._meta.label for model in ours if model._meta.parents] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    long = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}

    assert len(source.splitlines()) <= 420
    assert {name: lines for name, lines in long.items() if lines > 60} == {}
