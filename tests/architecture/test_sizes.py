"""A module is one idea and a function fits on a screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.repository import PACKAGE

LONGEST_MODULE = 250
LONGEST_FUNCTION = 40

# "path" or "path:function" -> why it may be longer. Each entry is a debt; an entry that is not needed fails as well.
ALLOWED: dict[str, str] = {}


def test_no_module_is_too_long() -> None:
    too_long = {name for name, lines in _modules() if lines > LONGEST_MODULE}
    assert too_long == {name for name in ALLOWED if ":" not in name}


def test_no_function_is_too_long() -> None:
    too_long = {name for name, lines in _functions() if lines > LONGEST_FUNCTION}
    assert too_long == {name for name in ALLOWED if ":" in name}


def test_the_measure_counts_lines_of_functions_and_methods(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f():\n    return 1\n\n\nclass C:\n    async def m(self):\n        pass\n\n")
    assert list(_functions(tmp_path)) == [("a.py:f", 2), ("a.py:m", 2)]
    assert list(_modules(tmp_path)) == [("a.py", 8)]


def _modules(folder: Path = PACKAGE) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder).as_posix(), len(path.read_text("utf-8").splitlines())


def _functions(folder: Path = PACKAGE) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(folder).as_posix()}:{node.name}", lines
