"""Questions about scenarios: one function for each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, overload

from . import _answers, _kofn
from ._answer import Answer
from ._executor import Crew, counted
from ._files import Checkpoint
from ._kofn import KofnError
from ._logs import LogComparison, Reading, compare_on_logs
from ._progress import Progress, reported, set_partial
from ._results import (
    Assessment,
    Check,
    Margin,
    Plan,
    RareSimulation,
    ScenarioComparison,
    Schemes,
    Simulation,
)
from ._scenario import Scenario

if TYPE_CHECKING:
    from typing_extensions import Unpack

A = TypeVar("A", bound=Answer)
Number: TypeAlias = int | float


def _native(scenario: object) -> _kofn.Scenario:
    if isinstance(scenario, Scenario):
        return scenario._native
    if isinstance(scenario, Mapping):
        return Scenario.from_dict(scenario)._native
    if isinstance(scenario, Answer) and hasattr(scenario, "scenario"):
        raise KofnError("a scenario is required; give the .scenario of this answer")
    raise KofnError(
        "a scenario is required, such as kofn.Scenario.majority(3, failure_rate=0.1), "
        f"got {scenario!r:.60}"
    )


def _interruptible(answer: type[A], run: Any, *arguments: Any) -> A:
    """Return the answer of a run; an interrupt carries the answer so far as ``partial``."""
    try:
        return answer._from_json(run(*arguments))
    except BaseException as interrupt:
        # Ctrl-C, or what a progress callback raised.
        if hasattr(interrupt, "partial"):
            set_partial(interrupt, answer._from_json)
        raise


def _in_parts(
    answer: type[A], run: Any, native: _kofn.Scenario, options: dict[str, Any], crew: Crew
) -> A:
    """Return the answer of a run whose parts are counted by an executor."""
    # Invalid input is refused before anything is submitted.
    run(native, {**options, "trials": 1, "until_error": None}, None)
    parts = counted(native, options, crew, Simulation._from_json)
    return _interruptible(answer, run, native, {**options, "counted": parts}, None)


def assess(
    scenario: Scenario | Mapping[str, Any],
    *,
    rational: bool = False,
    importance: bool = False,
    steps: Number | None = None,
) -> Assessment:
    """Return the exact outcome of a scenario.

    Parameters
    ----------
    scenario : Scenario or dict
        The scenario, or a dict with the keys of a scenario file.
    rational : bool
        Also give the probabilities as exact fractions, in ``.rational``.
    importance : bool
        Also give the importance of each agent, in ``.importance``: gain in P(correct) per unit of
        failure rate removed.
    steps : int, optional
        Number of independent tasks, all of which must be correct; their outcome is in ``.steps``.

    Returns
    -------
    Assessment
        `correct`, `abstain`, `wrong`, `failure` and the expected effort. Each probability has full
        relative precision.

    Raises
    ------
    KofnError
        If the scenario has no exact answer; the message names the combination.

    Examples
    --------
    >>> import kofn
    >>> answer = kofn.assess(kofn.Scenario.majority(3, failure_rate=.23))
    >>> answer.correct, answer.failure
    (0.865634, 0.134366)
    >>> answer
    majority, 3 agents, failure rate 0.23
                       exact
      correct         0.8656
      abstain              0
      wrong           0.1344
      failure         0.1344
      expected calls       3
    """
    options = {"rational": rational, "importance": importance, "steps": steps}
    return _interruptible(Assessment, _kofn.assess, _native(scenario), options)


@overload
def simulate(
    scenario: Scenario | Mapping[str, Any],
    *,
    trials: Number | None = None,
    seed: int = 42,
    threads: int | None = None,
    until_error: float | None = None,
    steps: Number | None = None,
    rare: Literal[False] = False,
    checkpoint: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    parts: int | None = None,
    retries: int = 3,
    progress: Progress = None,
) -> Simulation: ...
@overload
def simulate(
    scenario: Scenario | Mapping[str, Any],
    *,
    trials: Number | None = None,
    seed: int = 42,
    threads: int | None = None,
    rare: Literal[True],
    progress: Progress = None,
) -> RareSimulation: ...
def simulate(
    scenario: Scenario | Mapping[str, Any],
    *,
    trials: Number | None = None,
    seed: int = 42,
    threads: int | None = None,
    until_error: float | None = None,
    steps: Number | None = None,
    rare: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    parts: int | None = None,
    retries: int = 3,
    progress: Progress = None,
) -> Simulation | RareSimulation:
    """Return the outcomes of simulated trials, in which every vote of every agent is drawn.

    The counts depend only on the scenario, the seed and the number of trials. They are the same on
    every machine, with any number of threads, and on a cluster.

    Parameters
    ----------
    scenario : Scenario or dict
        The scenario, or a dict with the keys of a scenario file.
    trials : int or float, optional
        Number of trials, such as ``1e9``; 10⁷ by default. With `until_error`, the maximum.
    seed : int
        Seed of the trials.
    threads : int, optional
        Number of threads; all by default.
    until_error : float, optional
        Choose the number of trials so that the 99 % interval of P(correct) has this half-width.
    steps : int, optional
        Number of independent tasks, all of which must be correct.
    rare : bool
        Estimate a rare outcome by importance sampling.
    checkpoint : path, optional
        File to which the counts are saved every few seconds. After a crash or an interrupt, the
        same call resumes from it and ends with the same counts.
    executor : concurrent.futures.Executor, optional
        Count the parts of the run on this executor: threads, processes, or a cluster
        (``client.get_executor()`` of ``dask.distributed``). The answer is the same. Each part uses
        one thread, unless `threads` is given.
    parts : int, optional
        Number of parts; by default 8 per worker of the executor.
    retries : int
        Maximum number of times that a part is submitted again after it raised an exception, was
        cancelled, lost its worker, or returned an invalid answer.
    progress : bool or callable, optional
        A function, called with the trials done and the total; or True for a tqdm bar, False for
        none. By default a bar is shown in a terminal or notebook if tqdm is installed.

    Returns
    -------
    Simulation
        The counts `correct`, `abstain` and `wrong` in `trials`, and the `estimate` of P(correct)
        with its `interval`. With `rare`, a `RareSimulation`.

    Raises
    ------
    KofnError
        If the scenario cannot be simulated, or an option is out of range.
    PartsError
        If the executor could not compute some parts; it has their numbers, and the answer from the
        others.
    KeyboardInterrupt
        On Ctrl-C, usually within a tenth of a second and at most within two; its attribute
        ``partial`` is the answer so far.

    Examples
    --------
    >>> import kofn
    >>> answer = kofn.simulate(kofn.Scenario.majority(3, failure_rate=.23), trials=1e6)
    >>> answer.correct, answer.abstain, answer.wrong, answer.trials
    (865700, 0, 134300, 1000000)
    """
    native = _native(scenario)
    options = {
        "trials": trials,
        "seed": seed,
        "threads": threads,
        "until_error": until_error,
        "steps": steps,
        "rare": rare,
        "checkpoint": None if checkpoint is None else Checkpoint(checkpoint),
    }
    with reported(progress, "trials") as report:
        if rare:
            others = (executor, checkpoint, until_error, steps)
            names = ("executor", "checkpoint", "until_error", "steps")
            for name, other in zip(names, others, strict=True):
                if other is not None:
                    raise KofnError(f"rare cannot be combined with {name}")
            return _interruptible(RareSimulation, _kofn.simulate, native, options, report)
        if executor is not None:
            if checkpoint is not None:
                raise KofnError("checkpoint cannot be combined with executor")
            crew = Crew.of(executor, parts, retries, report)
            return _in_parts(Simulation, _kofn.simulate, native, options, crew)
        return _interruptible(Simulation, _kofn.simulate, native, options, report)


def check(
    scenario: Scenario | Mapping[str, Any],
    *,
    trials: Number | None = None,
    seed: int = 42,
    threads: int | None = None,
    until_error: float | None = None,
    steps: Number | None = None,
    false_alarm_rate: float = 1e-9,
    executor: Executor | None = None,
    parts: int | None = None,
    retries: int = 3,
    progress: Progress = None,
) -> Check:
    """Return the exact and the simulated answer, and whether they agree.

    Parameters
    ----------
    scenario : Scenario or dict
        The scenario, or a dict with the keys of a scenario file.
    trials, seed, threads, until_error, steps, executor, parts, retries, progress
        As for `simulate`. Tilted trials, needed where failure is too rare for plain ones, run in
        the calling process.
    false_alarm_rate : float
        Maximum probability of reporting a disagreement when there is none; between 0 and 1.

    Returns
    -------
    Check
        `exact`, `simulated`, the `verdict` ("agree" or "disagree"), `agrees`, and
        `detectable_bias`, the smallest error in P(correct) that would be detected with power
        99.9 %.

    Raises
    ------
    KofnError
        If either engine refuses the scenario.
    KeyboardInterrupt
        On Ctrl-C; its attribute ``partial`` is the answer so far.

    Examples
    --------
    >>> import kofn
    >>> answer = kofn.check(kofn.Scenario.byzantine(4, failure_rate=.23), trials=1e6)
    >>> answer.agrees, answer.exact.correct
    (True, 0.77154077)
    """
    options = {
        "trials": trials,
        "seed": seed,
        "threads": threads,
        "until_error": until_error,
        "steps": steps,
        "false_alarm_rate": false_alarm_rate,
    }
    native = _native(scenario)
    with reported(progress, "trials") as report:
        if executor is not None:
            crew = Crew.of(executor, parts, retries, report)
            return _in_parts(Check, _kofn.check, native, options, crew)
        return _interruptible(Check, _kofn.check, native, options, report)


def plan(
    scenario: Scenario | Mapping[str, Any],
    *,
    target: float,
    steps: Number | None = None,
    max_wrong: float | None = None,
    max_cost: float | None = None,
    max_latency: float | None = None,
    at_most: int | None = None,
    repeated_calls: bool = True,
    checker: bool = False,
    accepts_correct: float | None = None,
    accepts_wrong: float | None = None,
) -> Plan:
    """Return the cheapest system of the scenario's agents that meets all limits.

    Every compatible scheme is tried at every size, whatever scheme the scenario names. If the
    agents differ, every team is tried under every vote. If nothing meets all limits, `obstacle`
    lists the changes that would help.

    Parameters
    ----------
    scenario : Scenario or dict
        The agents, and how their failures are correlated.
    target : float
        P(correct) to reach, above 0 and below 1.
    steps : int, optional
        Number of independent tasks; `target` is then the probability that all of them are correct.
    max_wrong, max_cost, max_latency : float, optional
        Maximum P(wrong), expected cost and expected latency per task.
    at_most : int, optional
        Maximum number of agents, or of calls to one agent; 25 by default.
    repeated_calls : bool
        Whether an agent may be called repeatedly, if the correlation between its calls is known.
    checker : bool
        Assume a free checker that recognizes a correct answer.
    accepts_correct, accepts_wrong : float, optional
        Assume a validator that accepts a correct, or a wrong, candidate with this probability.

    Returns
    -------
    Plan
        `options` (the cheapest, the frontier, …), `meets`, and `obstacle`.

    Raises
    ------
    KofnError
        If an option is out of range, or the question has no answer.

    Examples
    --------
    >>> import kofn
    >>> answer = kofn.plan(kofn.Scenario.majority(3, failure_rate=.23), target=.987)
    >>> answer.options.cheapest.name
    'majority of 15'
    """
    options = {
        "target": target,
        "steps": steps,
        "max_wrong": max_wrong,
        "max_cost": max_cost,
        "max_latency": max_latency,
        "at_most": at_most,
        "repeated_calls": repeated_calls,
        "checker": checker,
        "accepts_correct": accepts_correct,
        "accepts_wrong": accepts_wrong,
    }
    return _interruptible(Plan, _kofn.plan, _native(scenario), options)


def plan_margin(scenario: Scenario | Mapping[str, Any], *, target: float, steps: Number) -> Margin:
    """Return the smallest margin with which one agent, called repeatedly, gets all steps right.

    Parameters
    ----------
    scenario : Scenario or dict
        A race such as ``Scenario.ahead_by(1, failure_rate=.01)``; its margin is ignored.
    target : float
        Required probability that all steps are correct, above 0 and below 1.
    steps : int
        Number of independent steps.

    Examples
    --------
    >>> import kofn
    >>> race = kofn.Scenario.ahead_by(1, failure_rate=.01)
    >>> kofn.plan_margin(race, target=.9, steps=1e6).margin
    4
    """
    options = {"target": target, "steps": steps}
    return _interruptible(Margin, _kofn.margin, _native(scenario), options)


def count(
    scenario: Scenario | Mapping[str, Any],
    *,
    part: int,
    of: int,
    trials: Number | None = None,
    seed: int = 42,
    threads: int | None = None,
    progress: Progress = None,
) -> dict[str, Any]:
    """Return the counts of one part of a run, for a job scheduler; `merge` adds the parts.

    Parameters
    ----------
    scenario : Scenario or dict
        The scenario, or a dict with the keys of a scenario file.
    part, of : int
        Number of the part, counted from 1, and the number of parts.
    trials, seed, threads, progress
        As for `simulate`; `trials` is the number of trials of the whole run.

    Returns
    -------
    dict
        The object that ``kofn simulate --shard PART/OF`` prints. Written with ``json.dump``, it is
        a file for ``kofn merge``.

    Examples
    --------
    >>> import kofn
    >>> panel = kofn.Scenario.majority(3, failure_rate=.23)
    >>> parts = [kofn.count(panel, part=part, of=2, trials=1e6) for part in (1, 2)]
    >>> kofn.merge(parts) == kofn.simulate(panel, trials=1e6)
    True
    """
    options = {"part": part, "of": of, "trials": trials, "seed": seed, "threads": threads}
    with reported(progress, "trials") as report:
        text = _kofn.count(_native(scenario), options, report)
    tally: dict[str, Any] = json.loads(text)
    return tally


def merge(
    parts: Iterable[str | os.PathLike[str] | Mapping[str, Any]], *, partial: bool = False
) -> Simulation:
    """Return the sum of the parts of a run, which equals the answer of one run.

    Parameters
    ----------
    parts : iterable
        Files written by ``kofn simulate --shard`` or ``--checkpoint``, or their contents as dicts.
    partial : bool
        Accept missing parts, and return the sum of those given.

    Raises
    ------
    KofnError
        If the parts come from different runs, a part is given twice, or parts are missing.
    OSError
        If a file cannot be read.
    """
    return Simulation._from_json(_kofn.merge(_tallies(parts), partial))


def missing_parts(
    parts: Iterable[str | os.PathLike[str] | Mapping[str, Any]],
) -> _answers.MissingParts:
    """Return the missing parts of a run: ``.missing``, such as ``"2-7,9"``, suits a job array.

    Parameters
    ----------
    parts : iterable
        As for `merge`.
    """
    return _answers.MissingParts._from_json(_kofn.missing_parts(_tallies(parts)))


def _tallies(parts: Iterable[str | os.PathLike[str] | Mapping[str, Any]]) -> list[tuple[str, str]]:
    named = []
    if isinstance(parts, str | os.PathLike | Mapping):
        raise KofnError(
            "parts must be a list of files or of dicts, such as glob.glob('part-*.json')"
        )
    for number, part in enumerate(parts, 1):
        if isinstance(part, Mapping):
            named.append((f"part {number}", json.dumps(part)))
        else:
            # A number would be a file descriptor.
            path = os.fspath(part)
            with open(path, encoding="utf-8") as file:
                named.append((path, file.read()))
    return named


def schemes() -> Schemes:
    """Return all schemes, each with its parameters, source and an example."""
    return Schemes._from_json(_kofn.schemes())


@overload
def compare(
    first: Scenario | Mapping[str, Any],
    second: Scenario | Mapping[str, Any],
    *,
    trials: Number | None = None,
    seed: int = 42,
    threads: int | None = None,
    progress: Progress = None,
) -> ScenarioComparison: ...
@overload
def compare(
    first: str,
    second: str,
    *more: str,
    logs: Any,
    wrong_answers: Literal["same", "distinct"] | None = None,
    confidence: float | None = None,
    gate: float | None = None,
    seed: int = 42,
    **reading: Unpack[Reading],
) -> LogComparison: ...
def compare(
    first: Any,
    second: Any,
    *more: str,
    logs: Any = None,
    trials: Number | None = None,
    seed: int = 42,
    threads: int | None = None,
    progress: Progress = None,
    wrong_answers: Literal["same", "distinct"] | None = None,
    confidence: float | None = None,
    gate: float | None = None,
    **reading: Any,
) -> Any:
    """Return a comparison of two scenarios, or of systems on the runs recorded in logs.

    Scenarios are compared exactly and in the same simulated trials, systems on the same tasks.

    Parameters
    ----------
    first, second : Scenario or dict, or str
        A and B: scenarios, or, with `logs`, systems such as ``"majority(ada, bob, eve)"``.
    *more : str
        Further systems; every pair is compared.
    trials, threads, progress
        For scenarios, as for `simulate`.
    seed : int
        As for `simulate`, or as for `Fit.replay`.
    logs
        As for `replay`.
    wrong_answers, confidence, gate, **reading
        For systems, as for `Fit.compare` and `read`.

    Returns
    -------
    ScenarioComparison or LogComparison
        `first`, `second`, and their `difference` B − A, exact and simulated.

    Raises
    ------
    KofnError
        If neither engine can answer the scenarios.
    KeyboardInterrupt
        On Ctrl-C; its attribute ``partial`` is the answer so far.

    Examples
    --------
    >>> import kofn
    >>> majority = kofn.Scenario.majority(5, failure_rate=.23)
    >>> unanimous = kofn.Scenario.unanimous(5, failure_rate=.23)
    >>> round(kofn.compare(majority, unanimous, trials=1e5).difference.failure_ratio, 6)
    8.728572
    """
    if logs is not None:
        of_scenarios = {"trials": trials, "threads": threads, "progress": progress}
        _refuse(of_scenarios, "for scenarios, and logs are given")
        systems = [first, second, *more]
        return compare_on_logs(systems, logs, wrong_answers, confidence, gate, seed, reading)  # type: ignore[arg-type]
    of_logs = {"wrong_answers": wrong_answers, "confidence": confidence, "gate": gate, **reading}
    if isinstance(first, str):
        raise KofnError("logs=… is required to compare systems")
    _refuse(of_logs, "for systems on logs, and no logs are given: logs=…")
    if more:
        raise KofnError("two scenarios are compared; several systems need logs=…")
    options = {"trials": trials, "seed": seed, "threads": threads}
    with reported(progress, "trials") as report:
        natives = _native(first), _native(second)
        return _interruptible(ScenarioComparison, _kofn.compare, *natives, options, report)


def _refuse(options: Mapping[str, Any], why: str) -> None:
    """Refuse an option that would have no effect."""
    if given := [key for key, value in options.items() if value is not None]:
        raise KofnError(f"{given[0]} is {why}")
