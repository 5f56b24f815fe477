"""Metrics and the reducer for Inspect AI, tried with the real package and its mock model."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kofn

pytest.importorskip("inspect_ai", reason="Inspect AI is not installed: pip install 'kofn[inspect]'")

from inspect_ai import Epochs, Task, eval
from inspect_ai._util.registry import registry_info
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import (
    SampleScore,
    Score,
    Scorer,
    Target,
    accuracy,
    match,
    mean,
    scorer,
    stderr,
)
from inspect_ai.scorer._metric import metric_create
from inspect_ai.solver import TaskState

from kofn.inspect import effective_votes, majority_of, reliability

#: Five epochs of each of six samples; "-" is not scored, which Inspect AI writes as NaN.
GRADES = {1: "CCCCC", 2: "CCCII", 3: "CCCCI", 4: "IIIII", 5: "CCNIP", 6: "CC-CI"}


@scorer(metrics=[accuracy(), stderr()])
def recorded(grades: dict[int, list[Any]]) -> Scorer:
    """Return the score that stands in a table."""

    async def score(state: TaskState, target: Target) -> Score:
        value = grades[int(state.sample_id)][state.epoch - 1]
        return Score.unscored() if value == "-" else Score(value=value)

    return score


def mock(said: list[str]) -> Model:
    """Return the mock model that says this; with usage, for it would count tokens by a download."""
    outputs = [ModelOutput.from_content("mockllm/model", text) for text in said]
    for output in outputs:
        output.usage = ModelUsage()
    return get_model("mockllm/model", custom_outputs=outputs, memoize=False)


def run(folder: Path, grades: Any = GRADES, epochs: Any = 5, **options: Any) -> EvalLog:
    """Evaluate the mock model on samples whose scores stand in a table."""
    table = {sample: list(values) for sample, values in grades.items()}
    samples = [Sample(input="1 + 1?", target="2", id=sample) for sample in grades]
    task = Task(dataset=samples, scorer=recorded(table), epochs=epochs, name="sums", **options)
    (log,) = eval(task, model=mock(["2"] * 50), log_dir=str(folder), display="none")
    return log


def metrics(log: EvalLog, place: int = -1) -> dict[str, float]:
    """Return the metrics by name: of one reducer, or of all epochs, which stand last."""
    assert log.status == "success", log.error
    assert log.results is not None
    return {name: found.value for name, found in log.results.scores[place].metrics.items()}


def replayed(log: EvalLog, k: int) -> Any:
    """Return what a majority of k gives on the runs in the file of an evaluation."""
    (replay,) = kofn.replay(log.location, f"majority(mockllm/model*{k})").systems
    return replay


def fitted(log: EvalLog) -> Any:
    """Return how many votes the epochs in the file of an evaluation are worth."""
    fit = kofn.fit(log.location).fit
    assert fit is not None and fit.effective_votes is not None
    return fit.effective_votes


def drawn(values: str, k: int) -> float:
    """Return P(more than half of k draws without replacement are correct), from its definition."""
    scored = values.replace("-", "")
    right, all_ways = scored.count("C"), math.comb(len(scored), k)
    votes = range(k // 2 + 1, k + 1)
    return (
        sum(math.comb(right, c) * math.comb(len(scored) - right, k - c) for c in votes) / all_ways
    )


def test_reducer_gives_each_sample_its_majority(tmp_path: Path) -> None:
    log = run(tmp_path, epochs=Epochs(5, [majority_of(3), majority_of(4)]))
    for place, k in enumerate((3, 4)):
        assert log.reductions is not None
        reduced = {sample.sample_id: sample.value for sample in log.reductions[place].samples}
        assert reduced == pytest.approx({sample: drawn(GRADES[sample], k) for sample in GRADES})
        replay = replayed(log, k)
        assert metrics(log, place)["accuracy"] == pytest.approx(replay.correct, rel=1e-15)
        assert metrics(log, place)["stderr"] > 0


def test_metric_is_the_replay_of_the_log(tmp_path: Path) -> None:
    log = run(tmp_path, metrics=[accuracy(), reliability([1, 2, 3, 5])])
    found = metrics(log)
    for k in (1, 2, 3, 5):
        replay = replayed(log, k)
        assert found[f"majority_of_{k}"] == replay.correct
        assert found[f"majority_of_{k}_samples"] == replay.tasks == (5 if k == 5 else 6)
    complete = [grades for grades in GRADES.values() if "-" not in grades]
    assert found["majority_of_5"] == pytest.approx(sum(drawn(grades, 5) for grades in complete) / 5)


def test_effective_votes_are_those_of_the_fit(tmp_path: Path) -> None:
    log = run(tmp_path, metrics=[effective_votes()])
    found = fitted(log)
    assert metrics(log) == {
        "effective_votes": found.votes[-1].votes,
        "effective_sample_size": found.kish,
        "epochs": 5,
    }
    assert 1 < found.kish < 5 and 0.5 < found.votes[-1].votes < 5


def test_log_object_is_read_like_its_file(tmp_path: Path) -> None:
    """An object, the archive and the JSON of one evaluation give one fit."""
    log = run(tmp_path)
    as_json = tmp_path / "as.json"
    write_eval_log(log, str(as_json))
    sources = (log, read_eval_log(log.location), log.location, as_json)
    fits = [kofn.fit(source).to_dict() for source in sources]
    for fit in fits:
        (source,) = fit.pop("sources")
        assert source["runs"] == 29 and source["left_out"] == {"unscored": 1}
    assert fits[0] == fits[1] == fits[2] == fits[3]
    assert kofn.fit([log]).failure_rates == kofn.fit(log).failure_rates


def test_fewer_epochs_than_votes_are_not_scored(tmp_path: Path) -> None:
    log = run(tmp_path, epochs=Epochs(5, majority_of(5)))
    assert log.results is not None
    assert (log.results.scores[0].scored_samples, log.results.scores[0].unscored_samples) == (5, 1)
    log = run(tmp_path, epochs=2, metrics=[reliability(3)])
    found = metrics(log)
    assert math.isnan(found["majority_of_3"]) and found["majority_of_3_samples"] == 0
    assert math.isnan(majority_of(1)([]).value)  # type: ignore[arg-type]


def test_scores_that_are_no_grades_are_refused(tmp_path: Path) -> None:
    partial = {1: [0.5, 1, 1], 2: [0, 0.25, 1]}
    refused = ({"metrics": [reliability(3)], "epochs": 3}, {"epochs": Epochs(3, majority_of(3))})
    for options in refused:
        log = run(tmp_path, partial, **options)
        assert log.status == "error" and log.error is not None
        assert "pass_at" in log.error.message and "0.5" in log.error.message
    log = run(tmp_path, partial, epochs=3, metrics=[reliability([1, 3], pass_at=0.5)])
    assert metrics(log)["majority_of_3"] == 0.5
    log = run(tmp_path, partial, epochs=Epochs(3, majority_of(3, pass_at=0.25)), metrics=[mean()])
    assert metrics(log) == {"mean": 1}
    log = run(tmp_path, {1: ["maybe"]}, epochs=1, metrics=[reliability(1)])
    assert log.error is not None and '"maybe"' in log.error.message


@pytest.mark.parametrize("k", [0, -1, True, 1.5, "3", None])
def test_votes_must_be_a_whole_number(k: Any) -> None:
    for make in (majority_of, lambda number: reliability([number])):
        with pytest.raises(kofn.KofnError, match="k must be a whole number of at least 1"):
            make(k)


def test_entries_are_reduced_by_themselves() -> None:
    epochs = [Score(value={"fact": fact, "style": style}) for fact, style in ("CI", "CI", "IC")]
    assert majority_of(3)(epochs).value == {"fact": 1, "style": 0}
    epochs[0].value = {"fact": math.nan, "style": "C"}
    reduced = majority_of(3)(epochs).as_dict()
    assert math.isnan(reduced["fact"]) and reduced["style"] == 1  # type: ignore[arg-type]
    assert majority_of(1)([Score(value=["C", "I"]), Score(value=["I", "I"])]).value == [0.5, 0]
    for other in ({"fact": "C"}, "C", ["C", "C"]):
        with pytest.raises(ValueError, match="scored alike"):
            majority_of(1)([Score(value={"fact": "C", "style": "C"}), Score(value=other)])
    with pytest.raises(ValueError, match="scored alike"):
        majority_of(1)([Score(value=["C"]), Score(value=["C", "C"])])
    with pytest.raises(kofn.KofnError, match="an object or a list"):
        reliability(1)([SampleScore(score=Score(value={"fact": "C"}), sample_id=1)])  # type: ignore[list-item]


def test_what_epochs_share_is_kept() -> None:
    same = majority_of(1)([Score(value=1, answer="2", explanation=text) for text in ("a", "b")])
    assert (same.value, same.answer, same.explanation) == (1, "2", None)


def test_answers_are_those_of_the_log(tmp_path: Path) -> None:
    """Two right epochs outvote three that are wrong in different ways, here as in the log."""
    said = ["22222", "22345", "22233", "22334"]
    samples = [Sample(input="1 + 1?", target="2", id=number) for number in range(4)]
    task = Task(dataset=samples, scorer=match(), metrics=[effective_votes(), reliability(5)])
    # Inspect AI runs all samples of an epoch before the next one.
    model = mock([text[epoch] for epoch in range(5) for text in said])
    (log,) = eval(task, model=model, epochs=5, log_dir=str(tmp_path), display="none", max_samples=1)
    found = metrics(log)
    worth = fitted(log).votes[-1].votes
    assert found["effective_votes"] == worth > 5
    assert found["majority_of_5"] == replayed(log, 5).correct == 0.5


def test_names_are_found_without_an_import(tmp_path: Path) -> None:
    """Inspect AI finds the reducer and the metrics by name, in a process that imports no kofn."""
    program = f"""
import json, sys
from inspect_ai import Epochs, Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import match
from inspect_ai.scorer._metric import metric_create
assert "kofn" not in sys.modules
epochs = Epochs(5, ["kofn/majority_of_3", "mean"])
metrics = [metric_create("kofn/reliability", k=3), metric_create("kofn/effective_votes")]
metrics += [metric_create("accuracy")]
samples = [Sample(input="1 + 1?", target="2")]
task = Task(dataset=samples, scorer=match(), epochs=epochs, metrics=metrics)
output = ModelOutput.from_content("mockllm/model", "2")
output.usage = ModelUsage()
model = get_model("mockllm/model", custom_outputs=[output] * 5)
(log,) = eval(task, model=model, log_dir={str(tmp_path)!r}, display="none")
assert log.status == "success", log.error
print(json.dumps([[score.reducer, sorted(score.metrics)] for score in log.results.scores]))
print(log.location)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    scores, location = done.stdout.splitlines()
    reducers, names = zip(*json.loads(scores), strict=True)
    assert reducers == ("kofn/majority_of_3", "mean", None)
    assert names[0] == names[1] == ["accuracy"]
    assert {"effective_votes", "majority_of_3"} <= set(names[2])
    header = read_eval_log(location, header_only=True)
    assert header.eval.config.epochs_reducer == ["kofn/majority_of_3", "mean"]


def test_metrics_can_be_made_again_from_a_log(tmp_path: Path) -> None:
    """The log names a metric and its parameters; by those Inspect AI computes it again."""
    log = run(tmp_path, metrics=[reliability([3, 5])])
    assert log.results is not None
    found = log.results.scores[0].metrics["majority_of_3"]
    assert found.params == {"k": [3, 5]}
    again = metric_create(registry_info(reliability).name, **found.params)
    scores = [
        SampleScore(score=sample.scores["recorded"], sample_id=sample.id)
        for sample in log.samples or []
        if sample.scores is not None and isinstance(sample.scores["recorded"].value, str)
    ]
    assert again(scores)["majority_of_3"] == found.value  # type: ignore[call-overload,index,arg-type]
