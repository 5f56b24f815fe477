"""Sources of logs: files, bytes, data frames, arrays, Inspect logs."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from ._kofn import KofnError

# A path; or a name and bytes; or a name, a table with an Arrow stream and whether it is a file; or
# a name, titles, columns and whether every column but the first is an agent.
Source: TypeAlias = (
    str | tuple[str, Any] | tuple[str, Any, bool] | tuple[str, list[str], list[Any], bool]
)

_FRAME = "data frame"
_PARQUET = (".parquet", ".pq")
# Fields of an Inspect sample that may be long and do not say whether it was correct.
_UNREAD = {"samples": {"__all__": {"messages", "events", "attachments", "store"}}}


def opened(logs: object, name: str | None, names: Sequence[str] | None) -> list[Source]:
    """Return the sources in `logs`."""
    if name is not None and not isinstance(name, str):
        raise _wrong("name", f"name must be a string, got {name!r:.40}")
    if _is_rows(logs):
        return [_of_rows(logs, name or _FRAME)]
    if isinstance(logs, list | tuple):
        if name is not None and len(logs) > 1:
            raise _wrong("name", "name requires a single log, got several")
        return [source for log in logs for source in opened(log, name, names)]
    source = _source(logs, name, names)
    return source if isinstance(source, list) else [source]


def _source(log: Any, name: str | None, names: Sequence[str] | None) -> Source | list[Source]:
    if names is not None and not (isinstance(log, np.ndarray) and log.ndim == 2):
        raise _wrong("names", "names requires a two-dimensional NumPy array")
    if isinstance(log, str | os.PathLike):
        return _of_path(os.fspath(log))
    if isinstance(log, bytes | bytearray | memoryview):
        return (name or "log", bytes(log))
    if isinstance(log, np.ma.MaskedArray):
        log = np.ma.filled(log.astype(float), np.nan)
    if isinstance(log, np.ndarray):
        return _of_array(log, name or _FRAME, names)
    if isinstance(log, Mapping):
        return _of_columns(log, name or _FRAME)
    kind = f"{type(log).__module__}.{type(log).__qualname__}"
    if kind.startswith("inspect_ai."):
        return _of_inspect(log, name)
    if kind.startswith("pandas.") and hasattr(log, "columns"):
        return _of_pandas(log, name or _FRAME)
    return _of_table(log, name or _FRAME)


def _of_table(log: Any, name: str) -> Source:
    """Return a table that supports one of the protocols for data frames."""
    if hasattr(log, "to_frame"):
        kind = type(log).__name__
        raise _wrong("logs", f"a log must be a data frame with tasks and grades, got a {kind}")
    if hasattr(log, "__arrow_c_stream__") or hasattr(log, "__arrow_c_array__"):
        return (name, log, False)
    if hasattr(log, "scanner"):  # a dataset of pyarrow, read batch by batch
        return (name, log.scanner().to_reader(), False)
    if hasattr(log, "collect_schema") and hasattr(log, "collect"):  # a lazy frame of polars
        return (name, log.collect(), False)
    if hasattr(log, "__dataframe__"):
        interchange = _pyarrow("pyarrow.interchange", "to read this data frame")
        return (name, interchange.from_dataframe(log), False)
    raise _wrong(
        "logs",
        "a log must be a path, bytes, a data frame, a dict of columns, a list of dicts, a "
        "two-dimensional NumPy array, an Inspect log, or a list of these; got "
        f"{type(log).__name__}",
    )


def _of_path(path: str | bytes) -> Source | list[Source]:
    path = os.fsdecode(path)
    if not os.path.exists(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if os.path.isfile(path) and _is_parquet(path):
        parquet = _pyarrow("pyarrow.parquet", f"to read {path}")
        file = parquet.ParquetFile(path)
        reader = _pyarrow("pyarrow", "").RecordBatchReader
        return (path, reader.from_batches(file.schema_arrow, file.iter_batches()), True)
    if os.path.isdir(path) and (files := sorted(_parquet_files(path))):
        # The Parquet files of a folder are one table, unless it holds other files, too.
        others = [file for file in _files(path) if file not in files]
        if others:
            return [source for file in [*files, *others] for source in opened(file, None, None)]
        dataset = _pyarrow("pyarrow.dataset", f"to read {path}").dataset(files)
        return (path, dataset.scanner().to_reader(), True)
    return path


def _files(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(place, name) for name in files if not name.startswith("."))


def _parquet_files(folder: str) -> Iterator[str]:
    return (file for file in _files(folder) if file.lower().endswith(_PARQUET))


def _is_parquet(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(4) == b"PAR1"


def _pyarrow(module: str, why: str) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        raise ImportError(f"pyarrow is required {why}: pip install pyarrow") from None


def _of_pandas(frame: Any, name: str) -> Source:
    """Return a pandas data frame as in CSV: with its index, unless that only numbers the rows."""
    if hasattr(frame, "to_frame") and not hasattr(frame, "iterrows"):
        frame = frame.to_frame()
    if frame.columns.nlevels > 1:
        raise _wrong("logs", "a data frame must have one level of columns; use df.stack() first")
    index = frame.index
    # Rows selected from a frame keep a numeric index without a name, unrelated to the tasks.
    if index.nlevels > 1 or index.name is not None or index.dtype.kind not in "iu":
        is_unnamed = index.nlevels == 1 and index.name is None
        frame = frame.reset_index(names="" if is_unnamed else None)
    frame = frame.set_axis([str(title) for title in frame.columns], axis=1)
    if frame.columns.is_unique and hasattr(frame, "__arrow_c_stream__"):
        try:
            return (name, _Stream(frame.__arrow_c_stream__()), False)
        except (ImportError, ValueError, TypeError, OverflowError, NotImplementedError):
            pass  # pyarrow is missing, or refuses a column of mixed values
    titles = list(frame.columns)
    return (name, titles, [_values(frame.iloc[:, at]) for at in range(len(titles))], False)


class _Stream:
    """An Arrow stream that was started early, so that its errors are raised here."""

    def __init__(self, stream: object) -> None:
        self.stream = stream

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.stream


def _values(column: Any) -> Any:
    """Return a column as an array of bool, int64, float32 or float64, or as a list."""
    if isinstance(column, np.ma.MaskedArray):
        return [None if value is np.ma.masked else value for value in column]
    array = np.asarray(column)
    if array.dtype == np.float16:
        # As it is written: .1, not .0999755859375.
        return np.array([float(str(value)) for value in array])
    if array.dtype == np.uint64 or array.dtype.kind not in "biuf":
        return list(column)
    if array.dtype.kind == "f":
        return np.ascontiguousarray(array, np.float64 if array.dtype.itemsize >= 8 else np.float32)
    return np.ascontiguousarray(array, np.bool_ if array.dtype.kind == "b" else np.int64)


def _of_array(array: np.ndarray[Any, Any], name: str, names: Sequence[str] | None) -> Source:
    """Return tasks × agents: one row per task, named by its number, counted from 0."""
    if array.dtype.names is not None:
        return _of_columns({title: array[title] for title in array.dtype.names}, name)
    if array.ndim != 2:
        raise _wrong("logs", f"an array must be tasks × agents, got {array.ndim} dimensions")
    agents = array.shape[1]
    titles = [f"agent {at}" for at in range(1, agents + 1)] if names is None else list(names)
    if len(titles) != agents or len(set(titles)) != agents:
        raise _wrong("names", f"names must be {agents} different names, one per column")
    if not all(isinstance(title, str) and title.strip() for title in titles):
        raise _wrong("names", "names must be non-blank strings")
    if agents == 0:
        raise _wrong("logs", "an array must have one column per agent, got none")
    columns = [_values(array[:, at]) for at in range(agents)]
    return (name, ["task", *titles], [np.arange(array.shape[0]), *columns], True)


def _of_columns(columns: Mapping[Any, Any], name: str) -> Source:
    titles = [str(title) for title in columns]
    values = list(columns.values())
    for title, column in zip(titles, values, strict=True):
        if isinstance(column, str | bytes | Mapping) or not hasattr(column, "__iter__"):
            kind = type(column).__name__
            raise _wrong("logs", f"column {title!r} must be a list or an array, got {kind}")
        if isinstance(column, np.ndarray) and column.ndim != 1:
            raise _wrong("logs", f"column {title!r} must have one dimension, got {column.ndim}")
    return (name, titles, [_values_of_any(column) for column in values], False)


def _values_of_any(column: Any) -> Any:
    is_typed = isinstance(column, np.ndarray) and column.dtype != object
    return _values(column) if is_typed else list(column)


def _is_rows(logs: object) -> bool:
    return (
        isinstance(logs, list | tuple)
        and bool(logs)
        and all(isinstance(row, Mapping) for row in logs)
    )


def _of_rows(rows: Any, name: str) -> Source:
    """Return a list of dicts as columns; an entry of a nested object is named by its path."""
    titles: dict[str, int] = {}
    columns: list[list[Any]] = []
    for number, row in enumerate(rows):
        for title, value in _fields(row, ""):
            if title not in titles:
                titles[title] = len(columns)
                columns.append([])
            column = columns[titles[title]]
            if len(column) > number:
                raise _wrong("logs", f"row {number} has two values of {title!r}")
            column.extend([None] * (number - len(column)))
            column.append(value)
    for column in columns:
        column.extend([None] * (len(rows) - len(column)))
    return (name, list(titles), columns, False)


def _fields(row: Mapping[Any, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        title = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _fields(value, f"{title}.")
        else:
            yield title, value


def _of_inspect(log: Any, name: str | None) -> Source:
    """Return an Inspect log as the file that Inspect would write."""
    if hasattr(log, "model_dump_json") and hasattr(log, "eval") and hasattr(log, "status"):
        title = name or getattr(log, "location", "") or f"{log.eval.task}.json"
        text = log.model_dump_json(exclude_none=True, exclude=_UNREAD, fallback=str)
        return (os.fspath(title), text.encode())
    if hasattr(log, "name") and hasattr(log, "task"):  # an EvalLogInfo
        return str(log.name).removeprefix("file://")
    raise _wrong("logs", f"an Inspect log must be an EvalLog, got {type(log).__name__}")


def _wrong(key: str, text: str) -> KofnError:
    error = KofnError(text)
    error.key = key
    return error
