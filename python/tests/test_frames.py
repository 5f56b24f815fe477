"""Data frames as logs: their rows mean what the same rows mean in a file."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kofn

pd = pytest.importorskip("pandas", reason="pandas is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")

QUICK: Any = {"replicas": 60}
FILES = [
    "examples/runs.csv",
    "examples/answers.csv",
    "examples/samples.csv",
    "examples/verdicts-right.csv",
    "crates/kofn-logs/tests/data/long.csv",
    "crates/kofn-logs/tests/data/matrix.csv",
    "crates/kofn-logs/tests/data/verdicts.csv",
]
NUMBERED = "trial"


def fitted(logs: Any, **options: Any) -> Any:
    """Return a fit, of which a test says what it has."""
    return kofn.fit(logs, **options)


def contents(fit: kofn.Fit) -> str:
    """Return a fit as JSON, without what its sources are called and how they are written."""
    answer = fit.to_dict()
    for source in answer["sources"]:
        source["format"] = source["format"].replace("data frame", "CSV")
        source["format"] = source["format"].removeprefix("long ")
        del source["name"]
    for verdicts in answer["validations"]:
        del verdicts["validator"]
    return json.dumps(answer, sort_keys=True)


def frames(path: Path) -> dict[str, Any]:
    """Return the table of a CSV file in the shapes of all libraries."""
    text = pd.read_csv(path, dtype=str, keep_default_na=False)
    guessed = pd.read_csv(path)
    by_polars = pl.read_csv(path, infer_schema_length=None)
    table = pa.Table.from_pandas(guessed, preserve_index=False)
    return {
        "pandas, text": text,
        "pandas": guessed,
        "pandas, nullable": guessed.convert_dtypes(),
        "pandas, categories": text.astype("category"),
        "pandas, index": guessed.set_index(guessed.columns[0]),
        "polars": by_polars,
        "polars, lazy": by_polars.lazy(),
        "polars, categories": by_polars.with_columns(pl.col(pl.String).cast(pl.Categorical)),
        "pyarrow": table,
        "pyarrow, batches": pa.RecordBatchReader.from_batches(
            table.schema, iter(table.to_batches(max_chunksize=7))
        ),
        "pyarrow, views": table.cast(pa.schema([(f.name, _view(f.type)) for f in table.schema])),
        "dict": {title: list(text[title]) for title in text},
        "dict of arrays": {title: guessed[title].to_numpy() for title in guessed},
        "rows": text.to_dict("records"),
        "bytes": path.read_bytes(),
    }


def _view(kind: Any) -> Any:
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return pa.string_view() if is_text else kind


def replayed(log: Any, agents: list[str], **options: Any) -> str:
    """Return what was read, and how often each agent and all together are correct, as JSON."""
    systems = [*map(json.dumps, agents), f"majority({', '.join(map(json.dumps, agents))})"]
    answer = kofn.replay(log, systems, **options).to_dict()
    for source in answer["sources"]:
        source["format"] = source["format"].replace("data frame", "CSV").removeprefix("long ")
        del source["name"]
    return json.dumps(answer, sort_keys=True)


@pytest.mark.parametrize("file", FILES)
def test_a_frame_is_read_as_the_file(root: Path, file: str) -> None:
    path = root / file
    whole = fitted(path, **QUICK)
    expected = contents(whole)
    for shape, frame in frames(path).items():
        # All that was read, in each shape; a fit of it takes longer, and is the same for the same.
        if not whole.agents or shape in ("pandas", "polars"):
            assert contents(fitted(frame, name=path.stem, **QUICK)) == expected, shape
        else:
            of_file = replayed(path, list(whole.agents))
            assert replayed(frame, list(whole.agents), name=path.stem) == of_file, shape


def test_parquet_is_read(root: Path, tmp_path: Path) -> None:
    table = pa.Table.from_pandas(pd.read_csv(root / "examples/answers.csv"), preserve_index=False)
    expected = contents(fitted(root / "examples/answers.csv", **QUICK))
    one = tmp_path / "answers.parquet"
    pq.write_table(table, one, row_group_size=50)
    assert contents(fitted(one, **QUICK)) == expected
    assert fitted(one, **QUICK).sources[0].name == str(one)
    folder = tmp_path / "parts"
    folder.mkdir()
    pq.write_table(table.slice(0, 100), folder / "a.parquet")
    pq.write_table(table.slice(100), folder / "b.parquet")
    assert contents(fitted(folder, **QUICK)) == expected
    dataset: Any = pytest.importorskip("pyarrow.dataset").dataset(folder)
    assert contents(fitted(dataset, **QUICK)) == expected
    unnamed = tmp_path / "ada.parquet"
    pq.write_table(pa.table({"task": [1, 2], "passed": [True, False]}), unnamed)
    assert fitted(unnamed, replicas=20).agents == ("ada",)


def fit_of(column: Any, **options: Any) -> Any:
    frame = pa.table({"task": list(range(len(column))), "passed": column})
    return fitted(frame, replicas=20, name="ada", **options)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 0, None, 1]),
        pa.array([1, 0, None, 1], pa.uint8()),
        pa.array([1.0, 0.0, float("nan"), 1.0]),
        pa.array([1.0, 0.0, None, 1.0], pa.float16()),
        pa.array([True, False, None, True]),
        pa.array(["1", "0", "", "yes"]),
        pa.array(["pass", "fail", None, "pass"], pa.large_string()),
        pa.array(["C", "I", "NaN", "C"]).dictionary_encode(),
        pa.array([decimal.Decimal("1.00"), decimal.Decimal("0.00"), None, decimal.Decimal(1)]),
        pa.array(["1", "0", None, "1"], pa.string_view()),
    ],
    ids=lambda column: str(column.type),
)
def test_grades_of_all_types_are_grades(column: Any) -> None:
    fit = fit_of(column)
    assert fit.failure_rates == {"ada": 1 / 3}
    assert fit.sources[0].left_out == {"not graded": 1}


def test_scores_of_few_digits_are_as_they_are_written() -> None:
    scores = pa.array([0.7, 0.2, 0.7], pa.float32())
    assert fit_of(scores, pass_at=0.7).failure_rates == {"ada": 1 / 3}
    scores = np.array([0.7, 0.2, 0.7], np.float32)
    frame = {"task": [1, 2, 3], "passed": scores}
    assert fitted(frame, replicas=20, pass_at=0.7).fit.agents[0].failures == 1


def test_names_of_all_types_are_names() -> None:
    days = [datetime.date(2026, 1, day) for day in (1, 2, 3)]
    frame = pd.DataFrame({"task": days, "agent": ["ada", "bob", "ada"], "passed": [1, 0, 1]})
    assert fitted(frame, replicas=20).fit.tasks == 3
    large = [2**53 + 1, 2**53 + 2, 2**63 - 1]
    for tasks in (large, np.array(large), pl.Series(large).to_arrow()):
        frame = {"task": tasks, "passed": [1, 0, 1]}
        assert fitted(frame, replicas=20).fit.tasks == 3
    assert fitted({"task": [1.0, 2.0], "passed": [1, 0]}, replicas=20).fit.tasks == 2


def test_an_index_is_a_column_unless_it_numbers_rows(root: Path) -> None:
    frame = pd.read_csv(root / "examples/runs.csv")
    systems = ["majority(ada, bob, eve)"]
    every_other = kofn.replay(frame.to_dict("records")[::2], systems)
    assert kofn.replay(frame[::2], systems) == every_other
    assert kofn.replay(frame[frame.index % 2 == 0], systems) == every_other
    assert kofn.replay(frame[::2].set_index("task"), systems) == every_other
    by_text = frame[::2].set_index("task").rename_axis(None)
    answer = kofn.replay(by_text, systems)
    assert answer.systems == every_other.systems
    levels = frame[::2].assign(agent="ada", passed=frame["ada"]).set_index(["task", "agent"])
    assert kofn.replay(levels[["passed"]], "ada").systems[0].tasks == 120


def test_rows_may_be_nested() -> None:
    rows: Any = [{"task": i, "agent": "ada", "metrics": {"ok": i % 2}} for i in range(10)]
    fit = fitted(rows, columns={"passed": "metrics.ok"}, replicas=20)
    assert fit.failure_rates == {"ada": 0.5}
    # What a row does not have is not graded, and moves nothing into another row.
    del rows[3]["metrics"]
    for row in rows[5:]:
        row["agent"] = "bob"
    found = kofn.replay(rows, ["ada", "bob"], columns={"passed": "metrics.ok"})
    assert [system.correct for system in found.systems] == [1 / 4, 3 / 5]
    assert found.sources[0].left_out == {"not graded": 1}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict], ids=str)
def test_errors_name_the_row_and_the_column(make: Any) -> None:
    rows = 2500
    passed = ["1"] * rows
    passed[2345] = "maybe"
    frame = make({"task": list(range(rows)), "agent": ["ada"] * rows, "passed": passed})
    with pytest.raises(kofn.KofnError, match="a grade must be 0 or 1") as raised:
        fitted(frame)
    assert raised.value.location == 'data frame, row 2345, column "passed"'
    twice = make({"task": [1, 2, 1], "ada": [1, 0, 1], "bob": [1, 1, 1]})
    with pytest.raises(kofn.KofnError, match="ada has two results on task 1") as raised:
        fitted(twice)
    assert raised.value.location == 'data frame, row 2, column "ada"'
    with pytest.raises(kofn.KofnError, match=r"this is not a table of runs.*colour") as raised:
        fitted(make({"colour": ["red"], "size": ["big"]}))
    assert raised.value.location == "data frame"
    with pytest.raises(kofn.KofnError, match='as in columns="agent=agent"'):
        fitted(make({"task": [1], "agent": ["a"], "model": ["b"], "passed": [1]}))


def test_frames_that_hold_no_rows_are_refused() -> None:
    empty = pd.DataFrame({"task": [], "passed": []})
    with pytest.raises(kofn.KofnError):
        fitted(empty)
    with pytest.raises(kofn.KofnError, match="at least two columns"):
        fitted(pd.DataFrame({"passed": [1]}))
    with pytest.raises(kofn.KofnError, match="same length"):
        fitted({"task": [1, 2], "passed": [1]})
    with pytest.raises(kofn.KofnError, match="two columns passed"):
        fitted(pd.DataFrame([[1, 1, 0]], columns=["task", "passed", "passed"]))
    with pytest.raises(kofn.KofnError, match="one level of columns"):
        fitted(pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])))


def test_a_stream_that_fails_is_an_error() -> None:
    schema = pa.schema([("task", pa.int64()), ("passed", pa.int64())])

    def batches() -> Any:
        yield pa.record_batch({"task": [1], "passed": [1]}, schema=schema)
        raise RuntimeError("the network is down")

    with pytest.raises(kofn.KofnError, match="the network is down"):
        fitted(pa.RecordBatchReader.from_batches(schema, batches()))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["1", "0", "ada", "bob", "C", float("nan"), pd.NA, pd.NaT]),
    st.dates(),
    st.decimals(),
    st.lists(st.integers(), max_size=2),
    st.binary(max_size=3),
    st.complex_numbers(),
)
TITLES = st.sampled_from(["task", "agent", "trial", "passed", "answer", "target", "ada", "", "x.y"])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(TITLES, st.lists(VALUES, min_size=3, max_size=3), max_size=5), st.booleans())
def test_no_table_makes_a_panic(columns: dict[str, list[Any]], as_rows: bool) -> None:
    log: Any = columns
    if as_rows:
        log = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    try:
        results = kofn.read(log)
        kofn.replay(results + kofn.read(log, name="again"), "ada")
    except (kofn.KofnError, TypeError):
        pass
