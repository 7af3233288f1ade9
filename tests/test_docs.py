"""The documentation says what is there: commands, targets and files that it names exist."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
import typer

import ui.cli

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")]
DOCUMENTS += [ROOT / "docs" / name for name in ("operations.md", "scale.md")]
EXISTING = [path for path in DOCUMENTS if path.exists()]
MAX_HOOKS = 6


def texts_of_code(document: Path) -> list[str]:
    """What stands as code: in backticks, in fences and in indented lines."""
    text = document.read_text(encoding="utf-8")
    fenced = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in fenced for line in block.splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", text) + re.findall(r"^    (\S.*)$", text, re.MULTILINE)


def command_options(name: str) -> set[str]:
    command = typer.main.get_command(ui.cli.app)
    return {option for parameter in command.commands[name].params for option in parameter.opts}  # type: ignore[attr-defined]


@pytest.mark.parametrize("document", EXISTING, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    named = {match for code in texts_of_code(document) for match in re.findall(r"\bmake ([a-z-]+)", code)}
    assert named <= TARGETS


@pytest.mark.parametrize("document", EXISTING, ids=lambda path: path.name)
def test_every_command_and_option_that_is_named_exists(document: Path) -> None:
    commands = {
        command.name or command.callback.__name__
        for command in ui.cli.app.registered_commands
        if command.callback
    }
    for code in texts_of_code(document):
        for name, rest in re.findall(r"\bimdi ([a-z]+)([^#|;&]*)", code):
            assert name in commands, code
            unquoted = re.sub(r"\"[^\"]*\"|«[^»]*»|'[^']*'", "", rest)
            options = set(re.findall(r"(?<!\S)-{1,2}[a-z][\w-]*", unquoted))
            assert options <= command_options(name) | {"--help"}, code


@pytest.mark.parametrize("document", EXISTING, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document: Path) -> None:
    for code in texts_of_code(document):
        for path in re.findall(
            r"(?<![\w./-])((?:\.ci|corpus|docs|evals|ingest|rag|tests|ui)/[\w./*-]*\w)", code
        ):
            assert any(ROOT.glob(path)), f"{document.name}: {path}"


@pytest.mark.parametrize("document", EXISTING, ids=lambda path: path.name)
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        assert target.startswith(("http://", "https://")) or (document.parent / target).exists(), target


def test_contributing_lists_what_check_runs_in_its_order() -> None:
    (checked,) = re.findall(r"^check: ([a-z ]+?) +##", MAKEFILE, re.MULTILINE)
    table = re.findall(r"^\| `make ([a-z]+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    assert table == checked.split()


def test_ci_runs_make_check() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "make check"


def test_every_target_that_runs_something_sets_up_the_environment() -> None:
    for match in re.finditer(r"^([a-z-]+):([^\n#]*)[^\n]*\n((?:\t.*\n?)+)", MAKEFILE, re.MULTILINE):
        if "$(BIN)" in match[3]:
            assert "$(VENV)" in match[2], match[1]


def test_help_lists_the_targets_that_people_use() -> None:
    helped = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
    assert {"help", "chat", "ask", "ingest", "numbers", "test", "eval", "bench", "check"} <= helped


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    plain = {name.lower().replace("_", "-") for name in pinned}
    extras = [needed for extra in project["optional-dependencies"].values() for needed in extra]
    for needed in (*project["dependencies"], *extras):
        assert re.split(r"[<>=!; ]", needed)[0].lower().replace("_", "-") in plain, needed


def test_every_ignored_lint_rule_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (ignored,) = re.findall(r"^ignore = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert all(re.search(r'^  "[A-Z]+\d+", +# \S', line) for line in ignored.splitlines())
    for path in sorted(ROOT.glob("[a-z]*/*.py")):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"#\s*noqa(?!: [A-Z]+\d+)|#\s*type: ignore(?!\[)", line), (
                f"{path.name}: {line}"
            )


def test_there_are_at_most_six_hooks() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert 1 <= text.count("id: ") <= MAX_HOOKS


def test_public_functions_and_classes_say_what_they_do() -> None:
    silent = [
        f"{path.parent.name}/{path.name}: {node.name}"
        for folder in ("ingest", "rag", "ui", "evals")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
