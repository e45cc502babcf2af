"""A test that asserts nothing passes whatever becomes of what it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
RAISES = {"raises", "warns"}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def asserts(function: ast.AST, helpers: set[str]) -> bool:
    """By itself, or by a function of the tests that does."""
    for each in ast.walk(function):
        if isinstance(each, ast.Assert):
            return True
        if isinstance(each, ast.Call):
            called = each.func
            if isinstance(called, ast.Attribute) and called.attr in RAISES:
                return True
            if isinstance(called, ast.Name) and called.id in helpers:
                return True
    return False


def test_each_test_asserts_something() -> None:
    found = [(path, each) for path in TESTS.rglob("*.py") for each in functions(ast.parse(path.read_text("utf-8")))]
    helpers = {each.name for _, each in found if not each.name.startswith("test_") and asserts(each, set())}
    tests = [(path, each) for path, each in found if each.name.startswith("test_")]
    assert len(tests) > 500
    assert [f"{path.name}::{each.name}" for path, each in tests if not asserts(each, helpers)] == []
