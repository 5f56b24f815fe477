"""The base class of all answers."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from ._table import Table

T = TypeVar("T")
A = TypeVar("A", bound="Answer")


class Interval(NamedTuple):
    """A closed interval. An end is None if it is infinite."""

    low: float | None
    high: float | None


def optional(value: Any, convert: Callable[[Any], T]) -> T | None:
    """Return the converted value, or None for None."""
    return None if value is None else convert(value)


def each(values: Iterable[Any], convert: Callable[[Any], T]) -> tuple[T, ...]:
    """Return the converted values."""
    return tuple(convert(value) for value in values)


class Answer:
    """An answer: the object that the command prints with ``--json``, with typed fields.

    Answers are immutable. Two answers are equal if all their values are. They can be hashed and
    pickled, and `to_dict` turns them back into a dict.
    """

    __slots__ = ("_value",)
    _value: dict[str, Any]

    def __init__(self, value: dict[str, Any]) -> None:
        object.__setattr__(self, "_value", value)

    @classmethod
    def _from_json(cls: type[A], text: str) -> A:
        return cls(json.loads(text))

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as a new dict, as ``--json`` prints it."""
        return copy.deepcopy(self._value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Answer):
            return NotImplemented
        return self._value == other._value

    def __hash__(self) -> int:
        return hash((type(self).__name__, json.dumps(self._value, sort_keys=True)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._value,)

    def __copy__(self: A) -> A:
        return self

    def __deepcopy__(self: A, memo: dict[int, Any]) -> A:
        return self

    def _table(self) -> Table | None:
        """Return the answer as a table, or None if it has none."""
        return None

    def __repr__(self) -> str:
        if (table := self._table()) is not None:
            return str(table)
        fields = ", ".join(f"{name}={_short(value)}" for name, value in self._value.items())
        return f"{type(self).__name__}({fields})"

    def _repr_html_(self) -> str | None:
        table = self._table()
        return None if table is None else table.to_html()


def _short(value: Any) -> str:
    """Return a value in at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
