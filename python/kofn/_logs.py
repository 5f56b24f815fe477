"""Logs of evaluations: reading, fitting, replaying, comparing and planning."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from . import _answers, _kofn
from ._answers import PairComparison
from ._executor import Crew, fitted
from ._kofn import KofnError
from ._plot import Plot
from ._progress import Progress, reported
from ._scenario import Scenario
from ._sources import opened
from ._table import Table, number, probability

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from typing_extensions import Unpack

    Number = int | float

# Maximum number of agents that a table shows.
_SHOWN = 30


class Reading(TypedDict, total=False):
    """Options for reading logs; `read` describes each."""

    name: str | None
    names: Sequence[str] | None
    columns: Mapping[str, str] | str | None
    score: str | None
    pass_at: float | None
    validator: str | None
    filter: str | int | None
    errors: Literal["leave-out", "fail"]
    cluster: str | None
    answers: Literal["text", "case", "numeric", "exact"]
    tasks: Iterable[str] | str | os.PathLike[str] | None
    memory: Number | None


class Results:
    """Runs of agents on tasks, as read from logs: what `read` returns.

    Results can be added (``a + b``, ``sum(pieces)``) and pickled, so that many workers can each
    read a piece of a log. The sum equals the results of all sources read together, even if the runs
    of one task are spread over several pieces.
    """

    __slots__ = ("_native",)
    _native: _kofn.Runs

    def __init__(self) -> None:
        raise TypeError("use kofn.read(logs)")

    @classmethod
    def _of(cls, native: _kofn.Runs) -> Results:
        results = object.__new__(cls)
        object.__setattr__(results, "_native", native)
        return results

    @classmethod
    def from_bytes(cls, data: bytes) -> Results:
        """Read what `to_bytes` returned.

        Raises
        ------
        KofnError
            If the bytes are damaged, or were written by an incompatible version.
        """
        return cls._of(_kofn.Runs.from_bytes(data))

    def to_bytes(self) -> bytes:
        """Return the results as compact bytes, to be sent or stored."""
        return self._native.to_bytes()

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of all sources, in the order in which they were read."""
        return tuple(self._native.sources())

    def __add__(self, other: object) -> Results:
        if not isinstance(other, Results):
            return NotImplemented
        return Results._of(self._native.plus(other._native))

    def __radd__(self, other: int) -> Results:
        # sum() begins with 0.
        return self if other == 0 else NotImplemented

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Results are immutable")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Results):
            return NotImplemented
        return self is other or self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def __reduce__(self) -> tuple[Any, ...]:
        return Results.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        sources = self.sources
        shown = ", ".join(sources[:5]) + (", …" if len(sources) > 5 else "")
        return f"Results({shown})"


class Replay(_answers.Replay):
    """Outcome of a system on the recorded runs: what `Fit.replay` returns."""

    __slots__ = ()

    def _table(self) -> Table:
        return _replays([self])


class Replays(_answers.ReplayAnswer):
    """Outcomes of several systems on the recorded runs: what `replay` returns."""

    __slots__ = ()

    def _table(self) -> Table:
        table = _replays(self.systems)
        return table._replace(notes=[*self.notes, *_read_notes(self.sources)])


class LogComparison(_answers.CompareAnswer):
    """Comparison of systems on the same recorded runs, pair by pair: what `Fit.compare` returns."""

    __slots__ = ()

    @property
    def all_pairs(self) -> tuple[PairComparison, ...]:
        """All pairs, even if there is only one."""
        if self.pairs is not None:
            return self.pairs
        fields = PairComparison.__dict__
        return (
            PairComparison({key: value for key, value in self._value.items() if key in fields}),
        )

    def _table(self) -> Table:
        rows = []
        for pair in self.all_pairs:
            low, high = pair.interval
            p_value = pair.mcnemar if pair.mcnemar_holm is None else pair.mcnemar_holm
            rows.append(
                [
                    f"{pair.second} − {pair.first}",
                    f"{pair.difference:+.4f}",
                    f"{low:+.4f} to {high:+.4f}",
                    "–" if p_value is None else f"{p_value:.4g}",
                    f"{pair.tasks:,}",
                ]
            )
        level = f"{self.all_pairs[0].confidence:.0%} interval"
        columns = ("difference of P(correct)", "", level, "McNemar p", "tasks")
        return Table("", columns, rows, self.notes)


class LogPlan(_answers.LogPlan):
    """What to build from the agents in a log: what `Fit.plan` returns."""

    __slots__ = ()

    @property
    def recommended(self) -> _answers.Recommendation | None:
        """The recommended system, and how it was judged."""
        return self.log.recommended

    @property
    def meets(self) -> bool:
        """Whether the recommended system meets all limits."""
        recommended = self.recommended
        return recommended is not None and recommended.meets

    @property
    def partial(self) -> bool:
        """Whether judging the choice on held-out tasks was stopped early."""
        return self.log.partial

    def _table(self) -> Table:
        best = self.recommended
        rows = [
            [option.name, number(option.price), probability(option.correct), number(option.wrong)]
            for option in (self.options.frontier if self.options else ())
        ]
        title = f"P(correct) of {self.target:g} or more"
        if best is not None:
            head = "Build" if best.meets else "None meets all limits. Best"
            judged = {
                "corrected": " (replayed, each corrected for having been chosen)",
                "replayed": " (replayed)",
                "modeled": " (by the model)",
            }
            chances = f"Correct {probability(best.correct)}, wrong {number(best.wrong)}"
            title = f"{head}: {best.name}. {chances}{judged.get(best.judged, '')}"
        price = self.options.price if self.options else "price"
        notes = [f"target: P(correct) of {self.target:g} or more; model: {self.log.model}"]
        notes += [*self.log.caveats, *self.assumed, *_read_notes(self.log.sources)]
        columns = ("system, by the model", price, "correct", "wrong")
        return Table(title, columns, rows, notes)


class Fit(_answers.FitAnswer):
    """Failure rates and correlation of agents, and the trusted model: what `fit` returns.

    It keeps the counts of the log, so that `replay`, `compare` and `plan` do not read it again.
    Pickling reads the runs of the logs again, and raises `KofnError` if they have changed.
    """

    __slots__ = ("_fitted", "_log", "_options", "_results")
    _log: _kofn.Log
    _fitted: _kofn.Fitted
    _results: Callable[[], Results]
    _options: dict[str, Any]

    @classmethod
    def _of(
        cls,
        log: _kofn.Log,
        results: Callable[[], Results],
        options: dict[str, Any],
        answer: _kofn.Fitted,
    ) -> Fit:
        import json

        fit = cls(json.loads(answer.json()))
        for name, value in [
            ("_log", log),
            ("_fitted", answer),
            ("_results", results),
            ("_options", options),
        ]:
            object.__setattr__(fit, name, value)
        return fit

    def __reduce__(self) -> tuple[Any, ...]:
        results = self._results()
        if _fit_again(results, self._options) != self:
            raise KofnError("a fit cannot be pickled after its logs have changed; fit them again")
        return _fit_again, (results, self._options)

    @property
    def agents(self) -> tuple[str, ...]:
        """Names of the agents, in the order in which they appear in the logs."""
        return tuple(self._log.agents())

    @property
    def failure_rates(self) -> dict[str, float]:
        """Failure rate of each agent by name, averaged over tasks; a new dict each time."""
        return {agent.name: agent.failure_rate for agent in (self.fit.agents if self.fit else ())}

    @property
    def scenario(self) -> Scenario | None:
        """Scenario of the trusted model, or of the validated pipeline; None if there is neither."""
        text = self._fitted.scenario()
        return None if text is None else Scenario.from_json(text)

    def replay(
        self,
        systems: str | Iterable[str],
        *,
        wrong_answers: Literal["same", "distinct"] | None = None,
        confidence: float | None = None,
        seed: int = 42,
    ) -> Any:
        """Return the outcome of systems on the recorded runs, drawn without replacement.

        Parameters
        ----------
        systems : str or iterable of str
            A system such as ``"majority(ada, bob, eve)"``, ``"ada > bob"`` or
            ``"first-to(ada; votes=3, max_calls=5)"``, or several.
        wrong_answers : {"same", "distinct"}
            How wrong runs vote if the log does not record their answers; "same" is the worst case.
        confidence : float
            Level of the intervals, 0.95 by default.
        seed : int
            Seed of the orders, which are sampled if there are too many to enumerate.

        Returns
        -------
        Replay or list of Replay
            One answer for a single system, a list for several.

        Raises
        ------
        KofnError
            If an agent is unknown, or no task has the runs that a system needs.

        Examples
        --------
        >>> import kofn, numpy as np
        >>> fit = kofn.fit(np.eye(3), names=["ada", "bob", "eve"])
        >>> fit.replay("any(ada, bob, eve)").correct
        1.0
        >>> [answer.correct for answer in fit.replay(["majority(ada, bob, eve)", "ada"])]
        [0.0, 0.3333333333333333]
        """
        one = isinstance(systems, str)
        answer = _replay(self._log, systems, wrong_answers, confidence, seed)
        replays = [Replay(value) for value in answer.to_dict()["systems"]]
        return replays[0] if one else replays

    def compare(
        self,
        first: str,
        second: str,
        *more: str,
        wrong_answers: Literal["same", "distinct"] | None = None,
        confidence: float | None = None,
        gate: float | None = None,
        seed: int = 42,
    ) -> LogComparison:
        """Return a comparison of systems on the same tasks: difference, interval, McNemar's test.

        Parameters
        ----------
        first, second, *more : str
            Systems, as for `replay`; every pair is compared.
        wrong_answers, confidence, seed
            As for `replay`.
        gate : float, optional
            Accepted loss of P(correct) compared with the first system; sets ``worse_than_gate``.

        Returns
        -------
        LogComparison
            For two systems, it has the fields of the pair; for more, ``.pairs``.
        """
        options = _recorded(wrong_answers, confidence, seed) | {"gate": gate}
        return LogComparison._from_json(self._log.compare([first, second, *more], options))

    def plan(
        self,
        *,
        target: float,
        max_wrong: float | None = None,
        max_cost: float | None = None,
        max_latency: float | None = None,
        at_most: int | None = None,
        repeated_calls: bool | None = None,
        checker: bool = False,
        accepts_correct: float | None = None,
        accepts_wrong: float | None = None,
        steps: Number | None = None,
        own_rates: bool = False,
        wrong_answers: Literal["same", "distinct"] | None = None,
        confidence: float | None = None,
        progress: Progress = None,
    ) -> LogPlan:
        """Return the cheapest system of these agents that reaches a target on the recorded runs.

        The trusted model proposes systems, which are replayed on the recorded runs. The choice is
        then judged on held-out tasks.

        Parameters
        ----------
        target : float
            P(correct) to reach, above 0 and below 1.
        max_wrong, max_cost, max_latency, at_most, repeated_calls, checker, accepts_correct, \
accepts_wrong, steps
            As for `kofn.plan`. By default, `at_most` is the maximum that the log can replay.
        own_rates : bool
            Use each agent's own failure rate even if the log does not show that the rates differ.
        wrong_answers, confidence
            As for `replay`.
        progress : bool or callable, optional
            As for `kofn.simulate`.

        Returns
        -------
        LogPlan
            `recommended`, `meets`, and, in ``.log``, how the choice was judged.
        """
        options = {
            "target": target,
            "max_wrong": max_wrong,
            "max_cost": max_cost,
            "max_latency": max_latency,
            "at_most": at_most,
            "repeated_calls": repeated_calls,
            "checker": checker,
            "accepts_correct": accepts_correct,
            "accepts_wrong": accepts_wrong,
            "steps": steps,
            "own_rates": own_rates,
            "wrong_answers": wrong_answers,
            "confidence": confidence,
        }
        with reported(progress, "halvings") as report:
            return LogPlan._from_json(self._log.plan(options, report))

    def figures(self) -> dict[str, Plot]:
        """Return all pictures of the fit, by name: votes, correlation, the limit n → ∞."""
        return {name: Plot(svg, csv, name) for name, svg, csv in self._fitted.figures()}

    def _table(self) -> Table:
        if self.fit is None:
            rows = [
                [of.validator, number(of.tasks), _rate(of.accepts_correct), _rate(of.accepts_wrong)]
                for of in self.validations
            ]
            verdicts = ("validator", "tasks", "accepts correct", "accepts wrong")
            return Table("", verdicts, rows, [*self.notes, *_read_notes(self.sources)])
        rows = []
        for agent in self.fit.agents[:_SHOWN]:
            low, high = agent.resampled or agent.wilson
            rows.append(
                [
                    agent.name,
                    number(agent.tasks),
                    number(agent.runs),
                    probability(agent.failure_rate),
                    f"{probability(low)} to {probability(high)}",
                ]
            )
        notes = [f"{len(self.fit.agents) - _SHOWN:,} more"] if len(self.fit.agents) > _SHOWN else []
        if (trusted := self.fit.trusted) is not None:
            model = self.fit.models[trusted.model].model
            notes.append(f"trusted model: {model}")
            if trusted.shared is not None:
                notes.append(f"its correlation or shared probability: {number(trusted.shared)}")
        notes += [f"caution: {caveat}" for caveat in self.caveats]
        notes += _read_notes(self.sources)
        columns = ("agent", "tasks", "runs", "fails", f"{self.fit.confidence:.0%} interval")
        return Table(f"{self.fit.tasks:,} tasks", columns, rows, [*notes, *self.notes])


def read(logs: Any, **reading: Unpack[Reading]) -> Results:
    """Read logs and return their runs, which can be added to others, sent and fitted.

    Parameters
    ----------
    logs
        A path of a file or a folder, in any format that ``kofn help fit`` lists, or of a Parquet
        file (requires pyarrow); the bytes of a file; a data frame of pandas, polars, pyarrow or
        anything with an Arrow stream; a dict of columns; a list of dicts; a two-dimensional NumPy
        array of tasks × agents with 0, 1, and NaN for what was not run; an Inspect log; or a list
        of these. A data frame is read like a CSV file with the same rows: one row per run (task,
        agent, trial, passed, answer, target, …), or one row per task and one column per agent.
        Nulls and NaN mean that there is no grade. The index of a pandas data frame is read as its
        first column, unless it is numeric and has no name.
    name : str, optional
        Name of a log without a file, for reports. It also names the agent, if nothing else does.
    names : sequence of str, optional
        The agents of a NumPy array.
    columns : dict or str, optional
        Which column holds what, such as ``{"task": "question", "passed": "ok"}``; keys: task,
        agent, trial, passed, accepted, answer, target, cost, latency_ms, rows.
    score : str, optional
        Score or metric to use, if a log has several.
    pass_at : float, optional
        Lowest score that passes (highest, if lower is better). Without it, scores must be 0 or 1.
    validator : str, optional
        Score that is a validator's verdict on the answer; the log is then read as verdicts.
    filter : str or int, optional
        Filter of lm-evaluation-harness to use, if a log has several.
    errors : {"leave-out", "fail"}
        Whether harness errors are left out (the default) or count as failures.
    cluster : str, optional
        Column, or field of a tool's log, that groups tasks; bootstraps then resample whole groups.
    answers : {"text", "case", "numeric", "exact"}
        How answers are compared.
    tasks : iterable of str or path, optional
        Names of all tasks, or a file with one per line, for logs that list only resolved tasks.
    memory : int, optional
        Memory for tasks in megabytes, 38 by default; longer logs also use a temporary file.

    Returns
    -------
    Results
        Immutable; can be added and pickled.

    Raises
    ------
    KofnError
        If a log cannot be read; ``.location`` is the place: file, line and column, or
        ``data frame, row 3, column "passed"``, with rows counted from 0.
    FileNotFoundError
        If a file does not exist.

    Notes
    -----
    All runs are kept in memory: about ten bytes each, plus the names of the tasks. `fit` keeps only
    counts.

    Examples
    --------
    >>> import kofn
    >>> ada = kofn.read({"task": [1, 2, 3], "agent": ["ada"] * 3, "passed": [1, 0, 1]}, name="1")
    >>> bob = kofn.read({"task": [1, 2, 3], "agent": ["bob"] * 3, "passed": [1, 1, 0]}, name="2")
    >>> kofn.fit(ada + bob).failure_rates
    {'ada': 0.3333333333333333, 'bob': 0.3333333333333333}
    """
    if (known := _results(logs)) is not None:
        _refuse_reading(reading)
        return known
    sources, options = _opened(logs, reading)
    return Results._of(_kofn.read_runs(sources, options))


def fit(
    logs: Any,
    *,
    confidence: float | None = None,
    replicas: Number | None = None,
    seed: int | None = None,
    k: Iterable[int] | None = None,
    attempts: int | None = None,
    keep: bool = False,
    within: float | None = None,
    executor: Executor | None = None,
    parts: int | None = None,
    retries: int = 3,
    progress: Progress = None,
    **reading: Unpack[Reading],
) -> Fit:
    """Return failure rates and correlation of the agents in logs, and the model to trust.

    Parameters
    ----------
    logs
        As for `read`; also `Results`, or a list of them, which are added.
    confidence : float
        Level of all intervals, 0.95 by default.
    replicas : int
        Number of bootstrap replicates for intervals, 1000 by default.
    seed : int
        Seed of the resampling, 42 by default; the same seed gives the same answer.
    k : iterable of int, optional
        Values of k for which to report pass^k and pass@k.
    attempts, keep, within
        For verdicts of a validator only: maximum number of attempts of the pipeline (3 by default),
        whether the last candidate is returned if none was accepted, and the required half-width
        of the intervals (0.01 by default).
    executor : concurrent.futures.Executor, optional
        Fit the models on this executor, in parts: on halves of the tasks, and on resampled tasks.
        The logs are read in the calling process, and their runs are sent with each part. The answer
        is the same.
    parts, retries
        As for `simulate`.
    progress : bool or callable, optional
        As for `simulate`; it counts steps of the work.
    **reading
        How the logs are read: see `read`.

    Returns
    -------
    Fit
        `failure_rates`, `scenario`, and the methods `replay`, `compare`, `plan` and `figures`.

    Raises
    ------
    KofnError
        If a log cannot be read, or has no run that counts.
    PartsError
        If the executor could not compute some parts.

    Examples
    --------
    >>> import kofn, numpy as np
    >>> passed = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]])
    >>> fit = kofn.fit(passed, names=["ada", "bob", "eve"])
    >>> fit.failure_rates
    {'ada': 0.25, 'bob': 0.25, 'eve': 0.25}
    >>> fit.replay("majority(ada, bob, eve)").correct
    1.0
    """
    options = {
        "confidence": confidence,
        "replicas": replicas,
        "seed": seed,
        "k": None if k is None else list(k),
        "attempts": attempts,
        "keep": keep,
        "within": within,
    }
    with reported(progress, "steps") as report:
        if executor is None:
            log, results = _log(logs, reading)
            return Fit._of(log, results, options, log.fit(options, report))
        crew = Crew.of(executor, parts, retries, report)
        # Workers need the runs, not only their counts; a Fit reads them again.
        if isinstance(logs, Fit):
            log, results = _log(logs, reading)
        else:
            log, results = _log(read(logs, **reading), {})
        # Verdicts of a validator are not fitted.
        split = bool(log.agents())
        in_parts = fitted(log, results().to_bytes(), options, crew) if split else log.fit(options)
        return Fit._of(log, results, options, in_parts)


def replay(
    logs: Any,
    systems: str | Iterable[str],
    *,
    wrong_answers: Literal["same", "distinct"] | None = None,
    confidence: float | None = None,
    seed: int = 42,
    **reading: Unpack[Reading],
) -> Replays:
    """Return the outcome of systems on the runs recorded in logs, without a fit.

    Parameters
    ----------
    logs
        As for `fit`, or a `Fit`.
    systems, wrong_answers, confidence, seed
        As for `Fit.replay`.
    **reading
        How the logs are read: see `read`.

    Returns
    -------
    Replays
        ``.systems``, in the order given, and the sources that were read.

    Examples
    --------
    >>> import kofn
    >>> runs = {"task": [1, 2, 3, 4], "ada": [1, 1, 0, 1], "bob": [1, 0, 0, 1], "eve": [0, 1, 1, 1]}
    >>> kofn.replay(runs, "majority(ada, bob, eve)").systems[0].correct
    0.75
    """
    log, _ = _log(logs, reading)
    return _replay(log, systems, wrong_answers, confidence, seed)


def compare_on_logs(
    systems: Sequence[str],
    logs: Any,
    wrong_answers: Literal["same", "distinct"] | None,
    confidence: float | None,
    gate: float | None,
    seed: int,
    reading: Reading,
) -> LogComparison:
    """Return a comparison of systems on the runs recorded in logs, pair by pair."""
    log, _ = _log(logs, reading)
    options = _recorded(wrong_answers, confidence, seed) | {"gate": gate}
    return LogComparison._from_json(log.compare(list(systems), options))


def _replay(
    log: _kofn.Log,
    systems: str | Iterable[str],
    wrong_answers: Literal["same", "distinct"] | None,
    confidence: float | None,
    seed: int,
) -> Replays:
    if isinstance(systems, str):
        systems = [systems]
    if not isinstance(systems, Iterable) or not all(isinstance(text, str) for text in systems):
        raise KofnError(
            f'a system is a string such as "majority(ada, bob, eve)", got {systems!r:.60}'
        )
    texts = list(systems)
    return Replays._from_json(log.replay(texts, _recorded(wrong_answers, confidence, seed)))


def _recorded(wrong_answers: str | None, confidence: float | None, seed: int) -> dict[str, Any]:
    return {"wrong_answers": wrong_answers, "confidence": confidence, "seed": seed}


def _fit_again(results: Results, options: dict[str, Any]) -> Fit:
    log = results._native.log()
    return Fit._of(log, lambda: results, options, log.fit(options))


def _results(logs: Any) -> Results | None:
    """Return `logs` if they are Results (several are added), otherwise None."""
    if isinstance(logs, Results):
        return logs
    if isinstance(logs, list | tuple) and any(isinstance(log, Results) for log in logs):
        if not all(isinstance(log, Results) for log in logs):
            raise KofnError(
                "logs must be either all Results or none; read the others with kofn.read first"
            )
        total: Results = reduce(add, logs)
        return total
    return None


def _log(logs: Any, reading: Reading) -> tuple[_kofn.Log, Callable[[], Results]]:
    """Return the counts of a log, and a function that reads its runs."""
    if isinstance(logs, Fit):
        _refuse_reading(reading)
        return logs._log, logs._results
    if (results := _results(logs)) is not None:
        _refuse_reading(reading)
        known = results
        return known._native.log(), lambda: known
    sources, options = _opened(logs, reading)
    return _kofn.read_log(sources, options), lambda: read(logs, **reading)


def _refuse_reading(reading: Reading) -> None:
    if given := [key for key, value in reading.items() if value is not None]:
        raise KofnError(
            f"{given[0]} cannot be given for logs that are already read; give it to kofn.read"
        )


def _opened(logs: Any, reading: Reading) -> tuple[list[Any], dict[str, Any]]:
    if unknown := reading.keys() - Reading.__annotations__.keys():
        raise TypeError(f"unexpected keyword argument {sorted(unknown)[0]!r}")
    options = dict(reading)
    sources = opened(logs, reading.get("name"), reading.get("names"))
    if not sources:
        raise KofnError("at least one log is required, got none")
    if isinstance(options.get("filter"), int):
        options["filter"] = str(options["filter"])
    tasks = reading.get("tasks")
    if isinstance(tasks, str | os.PathLike):
        with open(tasks, encoding="utf-8") as file:
            options["tasks"] = [line.strip() for line in file if line.strip()]
    elif tasks is not None:
        options["tasks"] = list(tasks)
    columns = reading.get("columns")
    if columns is not None and not isinstance(columns, str):
        options["columns"] = dict(columns)
    return sources, options


def _read_notes(sources: Iterable[_answers.SourceReport]) -> list[str]:
    """Return notes on the sources for readers of results, such as runs that do not count."""
    notes = []
    for source in sources:
        for reason, runs in source.left_out.items():
            notes.append(f"{source.name}: {runs:,} runs do not count: {reason}")
        notes += [f"{source.name}: note: {note}" for note in source.notes]
    return notes[:_SHOWN]


def _replays(systems: Sequence[_answers.Replay]) -> Table:
    rows = []
    for system in systems:
        low, high = system.interval
        rows.append(
            [
                system.system,
                probability(system.correct),
                f"{probability(low)} to {probability(high)}",
                number(system.wrong),
                number(system.abstain),
                number(system.calls),
                number(system.tasks),
            ]
        )
    level = f"{systems[0].confidence:.0%} interval" if systems else "interval"
    columns = ("system", "correct", level, "wrong", "abstain", "calls", "tasks")
    return Table("", columns, rows)


def _rate(estimate: _answers.RateEstimate | None) -> str:
    return "–" if estimate is None else probability(estimate.rate)
