"""Questions about scenarios: the answers are those of the command line, to the last bit."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kofn
from kofn import KofnError, Scenario

from .conftest import Command

COSTS = {"call": 1.0, "validation": 0.5, "call_latency": 2.0, "validation_latency": 1.0}

SCENARIOS = {
    "single": Scenario.single(failure_rate=0.23),
    "majority": Scenario.majority(3, failure_rate=0.23),
    "named": Scenario.majority(failure_rates={"gpt": 0.1, "claude": 0.12, "llama": 0.15}),
    "k-of-n": Scenario.k_of_n(
        2, 5, failure_rate=0.3, failures={"hallucination": 0.6, "crash": 0.4}
    ),
    "any": Scenario.any(4, failure_rate=0.4),
    "unanimous": Scenario.unanimous(4, failure_rate=0.1),
    "byzantine": Scenario.byzantine(7, failure_rate=0.1),
    "plurality": Scenario.plurality(
        5, failure_rate=0.4, failures={"wrong_answers": 3}, ties="random"
    ),
    "collision": Scenario.plurality(
        5, failure_rate=0.4, failures={"wrong_answers": {"collision": 0.3}}, min_votes=2
    ),
    "weighted": Scenario.weighted("log-odds", failure_rates=np.array([0.05, 0.3, 0.3])),
    "quota": Scenario.weighted([3, 1, 1], quota=3, failure_rates=[0.05, 0.3, 0.3]),
    "ahead-by": Scenario.ahead_by(3, failure_rate=0.23, max_calls=11),
    "first-to": Scenario.first_to(3, failure_rate=0.23),
    "adaptive": Scenario.adaptive(0.95, 20, failure_rate=0.23),
    "raft": Scenario.raft(5, failure_rate=0.01),
    "cascade": Scenario.cascade(
        [{"agents": 2, "scheme": "unanimous"}, {"agents": 1, "scheme": "single"}],
        failure_rates=[0.2, 0.2, 0.05],
        costs={"call": [1, 1, 9]},
    ),
    "pbft": Scenario.pbft(4, failure_rate=0.05, q_eq=3),
    "validated": Scenario.validated(
        validator_failure_rate=0.1, attempts=3, fallback="keep", failure_rate=0.23, costs=COSTS
    ),
    "copula": Scenario.majority(
        5, failure_rate=0.2, dependence={"model": "gaussian-copula", "correlation": 0.5}
    ),
    "tasks": Scenario.majority(
        5, tasks=[{"weight": 3, "failure_rate": 0.1}, {"weight": 1, "failure_rate": 0.4}]
    ),
    "filter": Scenario.majority(
        5, failure_rate=0.3, filter={"accepts_correct": 0.9, "accepts_wrong": 0.2}
    ),
}


@pytest.fixture(params=SCENARIOS, ids=str)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return SCENARIOS[request.param]


@pytest.fixture
def file(scenario: Scenario, tmp_path: Path) -> Path:
    path = tmp_path / "scenario.toml"
    path.write_text(str(scenario))
    return path


def test_every_scheme_has_its_method() -> None:
    for scheme in kofn.schemes().schemes:
        method = getattr(Scenario, scheme.rule.replace("-", "_"))
        for parameter in scheme.parameters:
            assert parameter.name in method.__code__.co_varnames, (scheme.rule, parameter.name)
        assert Scenario.from_toml(scheme.example).to_dict()["scheme"]


def test_exact_answers_are_those_of_the_command(
    scenario: Scenario, file: Path, command: Command
) -> None:
    answer = kofn.assess(scenario)
    assert answer.to_dict() == command("assess", file)
    assert answer.correct == answer.exact.correct and answer.failure == answer.exact.failure


def test_simulated_answers_are_those_of_the_command(
    scenario: Scenario, file: Path, command: Command
) -> None:
    answer = kofn.simulate(scenario, trials=1e5, seed=7)
    assert answer.to_dict() == command("simulate", file, "--trials", "1e5", "--seed", 7)
    assert answer.correct + answer.abstain + answer.wrong == answer.trials == 100_000
    # Two engines, a false-alarm rate of 10⁻⁹ for each of some twenty scenarios.
    check = kofn.check(scenario, trials=1e5)
    assert check.agrees and check.verdict == "agree"


def test_a_scenario_survives_its_forms(scenario: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(scenario.to_json())
    forms = [
        Scenario.from_toml(scenario.to_toml()),
        Scenario.from_json(scenario.to_json()),
        Scenario.from_dict(scenario.to_dict()),
        Scenario.read(path),
        pickle.loads(pickle.dumps(scenario)),
        copy.deepcopy(scenario),
        kofn.assess(scenario).scenario,
    ]
    assert all(form == scenario and hash(form) == hash(scenario) for form in forms)
    assert scenario != SCENARIOS["single"] or scenario is SCENARIOS["single"]
    assert scenario._repr_html_().startswith("<pre>") and repr(scenario).startswith("Scenario(")


def test_options_reach_the_engines(command: Command, tmp_path: Path) -> None:
    weighted = SCENARIOS["weighted"]
    path = tmp_path / "scenario.toml"
    path.write_text(str(weighted))
    detailed = kofn.assess(weighted, rational=True, importance=True, steps=20)
    assert detailed.to_dict() == command(
        "assess", path, "--rational", "--importance", "--steps", 20
    )
    error = kofn.simulate(weighted, until_error=1e-3, steps=3)
    assert error.to_dict() == command("simulate", path, "--until-error", "1e-3", "--steps", 3)
    path.write_text(str(SCENARIOS["majority"]))
    rare = kofn.simulate(SCENARIOS["majority"], rare=True, trials=1e5)
    assert rare.to_dict() == command("simulate", path, "--rare", "--trials", "1e5")
    path.write_text(str(weighted))
    check = kofn.check(weighted, trials=1e5, false_alarm_rate=1e-6, steps=2, threads=1)
    assert check.to_dict() == command(
        "check", path, "--trials", "1e5", "--false-alarm", "1e-6", "--steps", 2
    )


def test_two_scenarios_are_compared(command: Command, tmp_path: Path) -> None:
    paths = [tmp_path / "a.toml", tmp_path / "b.toml"]
    both = [SCENARIOS["majority"], SCENARIOS["unanimous"]]
    for path, scenario in zip(paths, both, strict=True):
        path.write_text(str(scenario))
    answer = kofn.compare(*both, trials=1e5)
    assert answer.to_dict() == command("compare", *paths, "--trials", "1e5")
    assert "B − A" in repr(answer)


def test_plans_are_those_of_the_command(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    for name in ("majority", "named", "copula"):
        path.write_text(str(SCENARIOS[name]))
        answer = kofn.plan(SCENARIOS[name], target=0.95, max_wrong=0.2, at_most=9, checker=True)
        told = command(
            "plan", path, "--target", 0.95, "--max-wrong", 0.2, "--at-most", 9, "--checker"
        )
        assert answer.to_dict() == told
        assert answer.plot().svg.startswith("<svg") and answer.plot().csv.count("\n") > 2
    margin = kofn.plan_margin(Scenario.ahead_by(1, failure_rate=0.01), target=0.9, steps=1e6)
    told = command("plan", "--scheme", "ahead-by", "--agents", 1, "--failure-rate", 0.01,
                   "--target", 0.9, "--steps", "1e6")  # fmt: skip
    assert margin.to_dict() == told


def test_parts_add_up_and_missing_ones_are_named(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    scenario = SCENARIOS["copula"]
    path.write_text(str(scenario))
    parts = [
        command("simulate", path, "--trials", "2e6", "--shard", f"{number}/3")
        for number in (1, 2, 3)
    ]
    assert kofn.merge(parts) == kofn.simulate(scenario, trials=2e6)
    file = tmp_path / "part-2.json"
    file.write_text(json.dumps(parts[1]))
    assert kofn.merge([parts[2], file, parts[0]]).trials == 2_000_000
    assert kofn.missing_parts([file]).missing == "1,3"
    assert kofn.merge([file], partial=True).partial
    with pytest.raises(KofnError, match="part 1/3, part 3/3"):
        kofn.merge([file])
    with pytest.raises(KofnError, match="already in part 1"):
        kofn.merge([parts[0], parts[1], parts[0]])
    other = command("simulate", path, "--trials", "2e6", "--shard", "1/3", "--seed", 9)
    with pytest.raises(KofnError, match="seed"):
        kofn.merge([*parts[1:], other])
    with pytest.raises(KofnError, match="no tally"):
        kofn.merge([])


def test_answers_do_not_change_and_can_be_kept(scenario: Scenario) -> None:
    answer: Any
    for answer in (kofn.assess(scenario), kofn.simulate(scenario, trials=1000)):
        assert pickle.loads(pickle.dumps(answer)) == answer
        assert hash(pickle.loads(pickle.dumps(answer))) == hash(answer)
        with pytest.raises(AttributeError):
            answer.schema = 2
        with pytest.raises(AttributeError):
            del answer._value
        answer.to_dict()["schema"] = 7
        assert answer.schema == 1
        assert repr(answer) and "<table>" in answer._repr_html_()
    assert kofn.assess(scenario) != kofn.assess(Scenario.any(2, failure_rate=0.123))


def test_figures_of_the_book(root: Path) -> None:
    drawn = kofn.figures("majority-reliability")["majority-reliability"]
    assert drawn.svg == (root / "figures" / "majority-reliability.svg").read_text()
    assert drawn.csv == (root / "figures" / "majority-reliability.csv").read_text()
    other = kofn.figures(["majority-reliability"], settings={"failure_rate": 0.2})
    assert other["majority-reliability"].svg != drawn.svg
    with pytest.raises(KofnError, match="must be one of"):
        kofn.figures("nothing")


def test_a_plot_is_written_whole(tmp_path: Path) -> None:
    plot = kofn.Plot("<svg/>", "a,b\n", "p")
    plot.save(tmp_path / "p.svg")
    plot.save(str(tmp_path / "p.csv"))
    assert (tmp_path / "p.svg").read_text() == "<svg/>" and (
        tmp_path / "p.csv"
    ).read_text() == "a,b\n"
    with pytest.raises(ValueError, match="must end in"):
        plot.save(tmp_path / "p.png")
    with pytest.raises(OSError):
        plot.save(tmp_path / "none" / "p.svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.csv", "p.svg"]
