"""Which refusals a door can answer: read from the code behind it, not listed beside it.

The API's description names each operation's codes. A list by hand would be wrong with the next
service; so the door's source is followed into the services it calls: what they raise, and what
their docstrings say they raise, minus what is caught on the way.
"""

import ast
import builtins
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from apps.core.errors import ShopError

Refusals = frozenset[type[ShopError]]
_NONE: Refusals = frozenset()
_OURS = "apps."
_RAISES = re.compile(r"^\s*Raises:\s*$(.*)", re.M | re.S)
_CLASS_NAME = re.compile(r"\b[A-Z]\w+\b")
_ENTRY = re.compile(r"^\s*((?:[A-Z]\w+(?:,\s*)?)+):", re.M)


@cache
def refusals_of(function: Callable[..., Any], owner: type | None = None) -> Refusals:
    """Return what a function of ours, or whatever it calls, refuses; `owner` is its class."""
    return _Reader().read(inspect.unwrap(function), owner)


class _Reader:
    """Follows one door; remembers where it has been, so that a circle ends."""

    def __init__(self) -> None:
        self.seen: dict[tuple[FunctionType, type | None], Refusals] = {}

    def read(self, function: Any, owner: type | None) -> Refusals:
        if not isinstance(function, FunctionType) or not function.__module__.startswith(_OURS):
            return _NONE
        key = (function, owner)
        if key not in self.seen:
            self.seen[key] = _NONE
            tree = _definition(function)
            scope = _Scope(function, owner)
            found = self._within(tree.body, scope) if tree else _NONE
            self.seen[key] = found | _promised(function)
        return self.seen[key]

    def _within(self, nodes: list[Any], scope: "_Scope") -> Refusals:
        return frozenset().union(*(self._at(node, scope) for node in nodes))

    def _at(self, node: ast.AST, scope: "_Scope") -> Refusals:
        if isinstance(node, ast.Try):
            return self._guarded(node, scope)
        if isinstance(node, ast.Raise):
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            value = scope.value(error)
            if isinstance(value, type) and issubclass(value, ShopError):
                return frozenset({value}) | self._within(list(ast.iter_child_nodes(node)), scope)
        found = self._within(list(ast.iter_child_nodes(node)), scope)
        if isinstance(node, ast.Name | ast.Attribute):
            for called, owner in scope.functions(node):
                found |= self.read(called, owner)
        return found

    def _guarded(self, node: ast.Try, scope: "_Scope") -> Refusals:
        inside = self._within(node.body, scope)
        for handler in node.handlers:
            caught = tuple(scope.classes(handler.type))
            if caught and not _passes_on(handler):
                inside = frozenset(one for one in inside if not issubclass(one, caught))
        rest = [*node.handlers, *node.orelse, *node.finalbody]
        return inside | self._within(rest, scope)


class _Scope:
    """What the names in a function's source stand for."""

    def __init__(self, function: FunctionType, owner: type | None) -> None:
        self.names = function.__globals__
        self.owner = owner

    def value(self, node: ast.AST | None) -> Any:
        """Return what a dotted name stands for, or nothing."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self" and self.owner:
                return getattr(self.owner, node.attr, None)
            whole = self.value(node.value)
            return getattr(whole, node.attr, None) if isinstance(whole, ModuleType | type) else None
        return None

    def functions(self, node: ast.AST) -> Iterator[tuple[Any, type | None]]:
        """Yield the functions that a name may call: itself, or those that a table of ours holds."""
        value = self.value(node)
        if isinstance(value, property):
            value = value.fget
        owner = self.owner if self._is_own(node) else None
        if isinstance(value, dict | list | tuple):
            members = value.values() if isinstance(value, dict) else value
            yield from ((inspect.unwrap(one), None) for one in members if callable(one))
        elif isinstance(value, type):
            yield from _readers(value)
        elif callable(value):
            yield inspect.unwrap(value), owner

    def classes(self, node: ast.AST | None) -> Iterator[type]:
        """Yield the errors that a handler names."""
        for one in node.elts if isinstance(node, ast.Tuple) else [node]:
            value = self.value(one) or getattr(builtins, getattr(one, "id", ""), None)
            if isinstance(value, type):
                yield value
            elif isinstance(value, tuple):
                yield from (member for member in value if isinstance(member, type))

    def _is_own(self, node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        )


def _readers(shape: type) -> Iterator[tuple[Any, type | None]]:
    """Yield what a serializer and its fields do with what was sent; other classes do nothing."""
    fields = getattr(shape, "_declared_fields", None)
    if fields is None:
        return
    kinds = [shape, *(type(getattr(one, "child", one)) for one in fields.values())]
    for kind in kinds:
        for name in dir(kind):
            if name == "to_internal_value" or name.startswith("validate"):
                yield inspect.unwrap(getattr(kind, name)), kind


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler raises again what it caught."""
    return any(
        isinstance(node, ast.Raise)
        and (node.exc is None or (isinstance(node.exc, ast.Name) and node.exc.id == handler.name))
        for node in ast.walk(handler)
    )


def _promised(function: FunctionType) -> Refusals:
    """Return the refusals that the docstring's `Raises:` names."""
    section = _RAISES.search(function.__doc__ or "")
    if section is None:
        return _NONE
    names = _CLASS_NAME.findall(", ".join(_ENTRY.findall(section[1])))
    return frozenset(one for name in names if (one := _named(name, function)) is not None)


def _named(name: str, function: FunctionType) -> type[ShopError] | None:
    """Return the refusal that a docstring means: its module's, its app's, or the only one."""
    here = function.__globals__.get(name)
    if isinstance(here, type) and issubclass(here, ShopError):
        return here
    app = function.__module__.split(".")[1]
    known = _known().get(name, [])
    own = [one for one in known if one.__module__.startswith(f"{_OURS}{app}.")]
    return next(iter(own or known), None)


@cache
def _known() -> dict[str, list[type[ShopError]]]:
    """Return every refusal by the name of its class."""
    found: dict[str, list[type[ShopError]]] = {}
    waiting: list[type[ShopError]] = ShopError.__subclasses__()
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        found.setdefault(one.__name__, []).append(one)
    return found


@cache
def _functions(module: str) -> dict[int, ast.FunctionDef]:
    """Return a module's functions by the line on which each begins, decorators included."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {
        min([node.lineno, *(one.lineno for one in node.decorator_list)]): node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def _definition(function: FunctionType) -> ast.FunctionDef | None:
    return _functions(function.__module__).get(function.__code__.co_firstlineno)
