"""Metrics and a reducer for Inspect AI: what votes would do with the epochs of an evaluation.

Install ``kofn[inspect]``; Inspect AI then finds all three by name, without an import::

    inspect eval task.py --epochs 5 --epochs-reducer kofn/majority_of_3

or in a task::

    Task(..., epochs=Epochs(5, "kofn/majority_of_3"), metrics=[accuracy(), stderr()])
    Task(..., epochs=5, metrics=[accuracy(), reliability(k=[1, 3, 5]), effective_votes()])

The numbers are those of :func:`kofn.replay` and :func:`kofn.fit` on the log of the same evaluation.
Scores are read as in a log: 1 and 0, true and false, C, I, P and N are grades, P and N are not
correct; any other number needs `pass_at`, anything else is an error. Unscored epochs (NaN) are left
out. A vote of k epochs is over the samples that have at least k scored ones.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import kofn

from ._answers import Replay

try:
    from inspect_ai.scorer import (
        Metric,
        SampleScore,
        Score,
        ScoreReducer,
        Value,
        metric,
        score_reducer,
    )
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "kofn.inspect requires Inspect AI: pip install 'kofn[inspect]'", name=error.name
    ) from error

__all__ = ["effective_votes", "majority_of", "reliability"]

#: The agent's name in the log that is given to kofn: a metric does not know its model.
_MODEL = "model"
#: The value of one epoch, or one entry of it, and the answer that was given.
_Run = tuple[Any, str | None]


@metric(scores="unreduced")
def reliability(k: int | Sequence[int] = 3, *, pass_at: float | None = None) -> Metric:
    """P(correct) of a majority vote of k epochs, for one k or several.

    The epochs that vote are drawn without replacement from those that were recorded, and all draws
    are counted: for each sample the hypergeometric probability that more than half of k are
    correct, averaged over samples. With ``k=1`` it is the accuracy, each sample counting once.

    Parameters
    ----------
    k
        Number of votes, at least 1, or several numbers.
    pass_at
        Lowest score that passes, where scores are neither 0 nor 1 nor grades.

    Returns
    -------
    Metric
        For each k ``majority_of_K``, a probability, and ``majority_of_K_samples``, the number of
        samples with at least k scored epochs, over which it is the mean. NaN where there are none.

    Raises
    ------
    kofn.KofnError
        k is not a whole number of at least 1, or, while the metric is computed, a score is no
        grade and `pass_at` is not given.

    See Also
    --------
    kofn.replay : The same for any system, with intervals, from a log.

    Examples
    --------
    >>> from inspect_ai.scorer import SampleScore, Score
    >>> epochs = [SampleScore(score=Score(value=value), sample_id=1) for value in "CCCI"]
    >>> reliability(k=3)(epochs)
    {'majority_of_3': 1.0, 'majority_of_3_samples': 1}
    """
    sizes = [_votes(size) for size in ([k] if isinstance(k, int) else k)]

    def majorities(scores: list[SampleScore]) -> Value:
        epochs = _epochs(scores)
        votes = [size for size in sizes if size <= max(map(len, epochs.values()), default=0)]
        replays = dict(zip(votes, _replayed(epochs, votes, pass_at), strict=True))
        found: dict[str, str | int | float | bool | None] = {}
        for size in sizes:
            replay = replays.get(size)
            found[f"majority_of_{size}"] = math.nan if replay is None else replay.correct
            found[f"majority_of_{size}_samples"] = 0 if replay is None else replay.tasks
        return found

    return majorities


@metric(scores="unreduced")
def effective_votes(*, pass_at: float | None = None) -> Metric:
    """How many independent epochs the epochs of an evaluation are worth, as a vote.

    Epochs of one model fail together on hard samples, so that five of them are worth fewer.

    Parameters
    ----------
    pass_at
        Lowest score that passes, where scores are neither 0 nor 1 nor grades.

    Returns
    -------
    Metric
        ``effective_votes``, the number of independent epochs whose majority is correct as often as
        a plurality of all epochs, NaN where no number is; ``effective_sample_size``, that of Kish,
        n/(1 + (n - 1) phi), NaN where the correlation phi is unknown; ``epochs``, the number n.

    Raises
    ------
    kofn.KofnError
        While the metric is computed: a score is no grade and `pass_at` is not given.

    See Also
    --------
    kofn.fit : The same with intervals, and the models behind it, from a log.
    """

    def worth(scores: list[SampleScore]) -> Value:
        epochs = _epochs(scores)
        fit = kofn.fit(_log(epochs), pass_at=pass_at, name="scores").fit if epochs else None
        found = None if fit is None else fit.effective_votes
        if found is None:
            return {"effective_votes": math.nan, "effective_sample_size": math.nan, "epochs": 0}
        votes = found.votes[-1].votes
        return {
            "effective_votes": math.nan if votes is None else votes,
            "effective_sample_size": math.nan if found.kish is None else found.kish,
            "epochs": found.of,
        }

    return worth


@score_reducer
def majority_of(k: int, *, pass_at: float | None = None) -> ScoreReducer:
    """Reduce epochs to the probability that a majority of k of them is correct.

    By name ``kofn/majority_of_3``. Like ``pass_at_3`` and ``pass_k_3`` of Inspect AI it draws k
    epochs without replacement, so that ``accuracy()`` over samples is the reliability of the vote,
    and ``stderr()`` its standard error. Scores that are objects or lists are reduced entry by
    entry.

    Parameters
    ----------
    k
        Number of votes, at least 1.
    pass_at
        Lowest score that passes, where scores are neither 0 nor 1 nor grades.

    Returns
    -------
    ScoreReducer
        Gives a score between 0 and 1; NaN, which Inspect AI counts as unscored, for a sample with
        fewer than k scored epochs. Answer and explanation are kept where all epochs have the same.

    Raises
    ------
    kofn.KofnError
        k is not a whole number of at least 1, or, while epochs are reduced, a score is no grade and
        `pass_at` is not given.

    Examples
    --------
    >>> from inspect_ai.scorer import Score
    >>> majority_of(k=3)([Score(value=value) for value in "CCII"]).value
    0.5
    """
    size = _votes(k)

    def reduce(scores: list[Score]) -> Score:
        return Score(
            value=_reduced([(score.value, score.answer) for score in scores], size, pass_at),
            answer=_common(score.answer for score in scores),
            explanation=_common(score.explanation for score in scores),
            metadata=scores[0].metadata if scores else None,
        )

    return reduce


def _reduced(runs: Sequence[_Run], size: int, pass_at: float | None) -> Value:
    """Return P(correct) of a majority of `size` of the runs; of each entry where there are some."""
    scored = [(value, answer) for value, answer in runs if not _is_unscored(value)]
    first = scored[0][0] if scored else math.nan
    if isinstance(first, Mapping):
        keys = _shared({_keys(value) for value, _ in scored}, "keys")
        return {key: _reduced_entry(scored, key, size, pass_at) for key in keys}
    if isinstance(first, Sequence) and not isinstance(first, str):
        _shared({len(value) if isinstance(value, list) else None for value, _ in scored}, "lengths")
        return [_reduced_entry(scored, place, size, pass_at) for place in range(len(first))]
    return _of_sample(scored, size, pass_at)


def _reduced_entry(scored: Sequence[_Run], entry: Any, size: int, pass_at: float | None) -> float:
    runs = [(value[entry], answer) for value, answer in scored]
    return _of_sample([run for run in runs if not _is_unscored(run[0])], size, pass_at)


def _of_sample(scored: Sequence[_Run], size: int, pass_at: float | None) -> float:
    """Return P(correct) of a majority of `size` of the scored runs of one sample."""
    if len(scored) < size:
        return math.nan
    return _replayed({"sample": scored}, [size], pass_at)[0].correct


def _replayed(
    epochs: Mapping[str, Sequence[_Run]], sizes: Sequence[int], pass_at: float | None
) -> Sequence[Replay]:
    """Return what a majority of each size gives on the epochs of samples."""
    systems = [f"majority({_MODEL}*{size})" for size in sizes]
    log = _log(epochs)
    return kofn.replay(log, systems, pass_at=pass_at, name="scores").systems if systems else ()


def _epochs(scores: Iterable[SampleScore]) -> dict[str, list[_Run]]:
    """Return the scored epochs of each sample."""
    epochs: dict[str, list[_Run]] = {}
    for sample in scores:
        value = sample.score.value
        if isinstance(value, Mapping | list):
            raise kofn.KofnError(
                "a score must be one value, got an object or a list; "
                'give metrics for each entry: metrics={"*": [reliability()]}'
            )
        if not _is_unscored(value):
            epochs.setdefault(str(sample.sample_id), []).append((value, sample.score.answer))
    return epochs


def _log(epochs: Mapping[str, Sequence[_Run]]) -> bytes:
    """Return a log with these scores as Inspect AI writes it: they are read as those of a log."""
    samples = [
        {"id": sample, "epoch": epoch, "scores": {"score": {"value": value, "answer": answer}}}
        for sample, runs in epochs.items()
        for epoch, (value, answer) in enumerate(runs, 1)
    ]
    spec = {"task": "task", "model": _MODEL}
    return json.dumps({"status": "success", "eval": spec, "samples": samples}).encode()


def _is_unscored(value: Any) -> bool:
    """Whether a score, or an entry of one, says nothing: NaN, with which Inspect AI marks it."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _keys(value: Any) -> tuple[str, ...] | None:
    return tuple(sorted(value)) if isinstance(value, Mapping) else None


def _shared(found: set[Any], what: str) -> Any:
    """Return what all scores of a sample have in common; ValueError where they differ."""
    if len(found) > 1:
        raise ValueError(f"epochs of a sample must be scored alike, got different {what}")
    return next(iter(found))


def _common(texts: Iterable[str | None]) -> str | None:
    """Return the text that all epochs have, or None."""
    found = set(texts)
    return found.pop() if len(found) == 1 else None


def _votes(k: Any) -> int:
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise kofn.KofnError(f"k must be a whole number of at least 1, got {k!r}")
    return k
