"""Where the program verifies: found in the source itself, so that a new check is switched off as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# A call to one of these, or a value given to one of these names, says why something does not count.
_REFUSING = {"refuse", "refuse_all"}
_REASONS = {"why"}


@dataclass(frozen=True, slots=True)
class Site:
    """One verification, and the text to put in place of its bytes `start` to `stop` to switch it off.

    `function` is the qualified name of what holds it.
    """

    path: str
    line: int
    function: str
    start: int
    stop: int
    put: str
    text: str

    @property
    def name(self) -> str:
        """What names it as long as it stands there: not its line, which moves."""
        return f"{self.path}:{self.function}: {self.text}"

    def mutated(self, source: bytes) -> bytes:
        """The source with this verification switched off."""
        return source[: self.start] + self.put.encode() + source[self.stop :]


def sites(root: Path, path: str) -> list[Site]:
    """All verifications in a file, each once."""
    source = (root / path).read_bytes()
    finder = _Finder(path, source)
    finder.visit(ast.parse(source))
    return list({(site.start, site.stop): site for site in finder.found}.values())


class _Finder(ast.NodeVisitor):
    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        self.source = source
        self.found: list[Site] = []
        self._within: list[str] = []
        self._tells = False
        lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Note whose verifications these are, and whether the function answers yes or no."""
        before = self._within, self._tells
        self._within = [*self._within, node.name]
        self._tells = isinstance(node.returns, ast.Name) and node.returns.id == "bool"
        self._visit_below(node, "<locals>")
        self._within, self._tells = before

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Note whose methods these are."""
        before = self._within
        self._within = [*self._within, node.name]
        self.generic_visit(node)
        self._within = before

    def _visit_below(self, node: ast.FunctionDef, mark: str) -> None:
        """What is defined inside a function is called by a longer name."""
        for child in ast.iter_child_nodes(node):
            within = self._within
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                self._within = [*within, mark]
            self.visit(child)
            self._within = within

    def visit_If(self, node: ast.If) -> None:
        """A condition under which something is refused, or but for which it is."""
        if _refuses(node.body):
            self._add_each(node.test, ast.Or, "False")
        elif _refuses(node.orelse) and not _is_elif(node):
            self._add_each(node.test, ast.And, "True")
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        """The answer of a function that says whether something may be, or is whole."""
        if self._tells and node.value is not None and not isinstance(node.value, ast.Constant):
            self._add_each(node.value, ast.And, "True")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Conditions gathered under a name."""
        if isinstance(node.value, ast.BoolOp) and isinstance(node.value.op, ast.And):
            self._add_each(node.value, ast.And, "True")
        self.generic_visit(node)

    def _add_each(self, test: ast.expr, joined: type[ast.boolop], put: str) -> None:
        for part in _parts(test, joined):
            start, stop = self._span(part)
            text = " ".join(self.source[start:stop].decode().split())
            self.found.append(
                Site(self.path, part.lineno, ".".join(self._within), start, stop, f"({put})", text)
            )

    def _span(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset


def _parts(test: ast.expr, joined: type[ast.boolop]) -> Iterator[ast.expr]:
    """The conditions joined by one word, each to be switched off alone."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, joined):
        for value in test.values:
            yield from _parts(value, joined)
    else:
        yield test


def _is_elif(node: ast.If) -> bool:
    return len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)


def _refuses(body: list[ast.stmt]) -> bool:
    return any(_is_refusal(statement) for statement in body)


def _is_refusal(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        return True
    if isinstance(statement, ast.Return):
        return _is_no(statement.value)
    if isinstance(statement, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in _REASONS for target in statement.targets)
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    if isinstance(value, ast.Call):
        called = value.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        return name in _REFUSING
    return isinstance(value, ast.Yield) and isinstance(value.value, ast.JoinedStr | ast.Constant)


def _is_no(value: ast.expr | None) -> bool:
    """False, or the reason in words."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in _REFUSING
    return isinstance(value, ast.Constant) and (
        value.value is False or (isinstance(value.value, str) and value.value != "")
    )
