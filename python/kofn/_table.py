"""Tables of answers, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_STYLE = "font-variant-numeric: tabular-nums; text-align: right"


class Table(NamedTuple):
    """A title, column headings, rows, and notes below them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        cells = [self.columns, *self.rows] if any(self.columns) else list(self.rows)
        widths = [max(map(_width, column), default=0) for column in zip(*cells, strict=True)]
        lines = [self.title] if self.title else []
        lines += [_line(row, widths) for row in cells]
        return "\n".join([*lines, *self.notes])

    def to_html(self) -> str:
        """Return the table as an HTML fragment with escaped text."""
        head = "".join(f"<th>{html.escape(column)}</th>" for column in self.columns)
        parts = [f"<table><thead><tr>{head}</tr></thead><tbody>"]
        if self.title:
            parts.insert(0, f"<p><b>{html.escape(self.title)}</b></p>")
        for row in self.rows:
            first = f'<th style="text-align: left">{html.escape(row[0])}</th>'
            rest = "".join(f'<td style="{_STYLE}">{html.escape(cell)}</td>' for cell in row[1:])
            parts.append(f"<tr>{first}{rest}</tr>")
        parts.append("</tbody></table>")
        parts += [f"<p>{html.escape(note)}</p>" for note in self.notes]
        return "".join(parts)


def probability(value: float | None) -> str:
    """Return a probability with four digits, and with more if it is near one."""
    if value is None:
        return "–"
    if 0.9 < value < 1:
        # All leading nines, and two more digits.
        digits = next(
            (digits for digits in range(4, 17) if 1 - value > 1.5 * 10.0 ** (2 - digits)), 16
        )
        return f"{value:.{digits}f}"
    return number(value)


def number(value: float | None) -> str:
    """Return a number with four significant digits, or a whole number with thousands separated."""
    if value is None:
        return "–"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.4g}" if abs(value) < 1e-3 or abs(value) >= 1e4 else f"{value:#.4g}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0] + " " * (widths[0] - _width(row[0]))
    rest = [
        " " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)
    ]
    return "  ".join(["", first, *rest]).rstrip()


def _width(text: str) -> int:
    """Return the number of columns that a text occupies in a terminal."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
