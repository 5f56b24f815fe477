"""Answers about scenarios, with the tables that a terminal and a notebook show."""

from __future__ import annotations

from typing import Any

from . import _answers, _kofn
from ._answer import Interval
from ._answers import Exact, Simulated
from ._plot import Plot
from ._scenario import Scenario
from ._table import Table, number, probability

OUTCOMES = ("correct", "abstain", "wrong")


def _title(value: dict[str, Any]) -> str:
    """Return the scenario of an answer in one line."""
    return "; ".join(Scenario.from_dict(value["scenario"])._native.describe())


class Assessment(_answers.Assessment):
    """The exact outcome of a scenario: what `kofn.assess` returns.

    The probabilities and the expected effort are also attributes of the answer itself:
    ``answer.correct`` is ``answer.exact.correct``.
    """

    __slots__ = ()

    @property
    def correct(self) -> float:
        """P(correct): the correct answer is returned."""
        return self.exact.correct

    @property
    def abstain(self) -> float:
        """P(abstain): no answer is returned, and everyone knows."""
        return self.exact.abstain

    @property
    def wrong(self) -> float:
        """P(wrong): a wrong answer is returned as if it were right."""
        return self.exact.wrong

    @property
    def failure(self) -> float:
        """P(abstain) + P(wrong), with full relative precision."""
        return self.exact.failure

    @property
    def ln_correct(self) -> float | None:
        """Natural logarithm of `correct`; None for zero."""
        return self.exact.ln_correct

    @property
    def ln_failure(self) -> float | None:
        """Natural logarithm of `failure`; None for zero."""
        return self.exact.ln_failure

    @property
    def expected_calls(self) -> float | None:
        """Expected number of calls per task; None if it is infinite."""
        return self.exact.expected_calls

    @property
    def expected_validations(self) -> float | None:
        """Expected number of validations per task; None if it is infinite."""
        return self.exact.expected_validations

    @property
    def expected_cost(self) -> float | None:
        """Expected cost per task, if the scenario gives prices."""
        return self.exact.expected_cost

    @property
    def expected_latency(self) -> float | None:
        """Expected latency per task, if the scenario gives latencies."""
        return self.exact.expected_latency

    def _table(self) -> Table:
        rows = [[name, _exact(self.exact, name)] for name in (*OUTCOMES, "failure")]
        rows += _effort(self.exact)
        if (steps := self.steps) is not None:
            rows.append([f"all {steps.steps:,} steps correct", probability(steps.correct)])
        notes = [self.assumes] if self.assumes else []
        return Table(_title(self._value), ("", "exact"), rows, notes)


class Simulation(_answers.Simulation):
    """The simulated outcome of a scenario: what `kofn.simulate` returns.

    The counts are also attributes of the answer itself: ``answer.correct`` is
    ``answer.simulated.correct``.
    """

    __slots__ = ()

    @property
    def correct(self) -> int:
        """Number of trials with the correct answer."""
        return self.simulated.correct

    @property
    def abstain(self) -> int:
        """Number of trials without an answer."""
        return self.simulated.abstain

    @property
    def wrong(self) -> int:
        """Number of trials with a wrong answer."""
        return self.simulated.wrong

    @property
    def trials(self) -> int:
        """Number of trials."""
        return self.simulated.trials

    @property
    def seed(self) -> int:
        """Seed of the trials."""
        return self.simulated.seed

    @property
    def estimate(self) -> float | None:
        """Estimate of P(correct); None without trials."""
        return self.simulated.estimate

    @property
    def interval(self) -> Interval:
        """Confidence interval of P(correct), at the level `simulated.confidence`."""
        return self.simulated.interval

    @property
    def partial(self) -> bool:
        """Whether the run was stopped early."""
        return self.simulated.partial

    def _table(self) -> Table:
        rows = [
            [name, _share(self.simulated, name), f"{self._value['simulated'][name]:,}"]
            for name in OUTCOMES
        ]
        notes = [_interval(self.simulated), _trials(self.simulated)]
        if (steps := self.steps) is not None:
            notes.append(f"all {steps.steps:,} steps correct: {probability(steps.correct)}")
        return Table(_title(self._value), ("", "share", "trials"), rows, notes)


class RareSimulation(_answers.RareSimulation):
    """A rare outcome, estimated by importance sampling: ``kofn.simulate(…, rare=True)``."""

    __slots__ = ()

    @property
    def estimate(self) -> float:
        """Estimate of the probability of the rare event, which `rare.estimated` names."""
        return self.rare.estimate

    @property
    def interval(self) -> Interval:
        """Confidence interval of that probability."""
        return self.rare.interval

    def _table(self) -> Table:
        rare = self.rare
        low, high = (number(end) for end in rare.interval)
        rows = [[rare.estimated, number(rare.estimate), f"{low} to {high}"]]
        columns = ("", "estimate", f"{rare.confidence:.0%} interval")
        size = f"effective sample size {rare.effective_sample_size:,.0f}"
        note = f"{rare.trials:,} tilted trials, seed {rare.seed}; {size}"
        return Table(_title(self._value), columns, rows, [note])


class Check(_answers.Check):
    """The exact and the simulated answer, and whether they agree: what `kofn.check` returns."""

    __slots__ = ()

    @property
    def agrees(self) -> bool:
        """Whether the closed form and the simulation agree."""
        return self.verdict == "agree"

    @property
    def partial(self) -> bool:
        """Whether a simulation was stopped early."""
        return self.simulated.partial or (self.rare is not None and self.rare.partial)

    def _table(self) -> Table:
        exact, simulated = self.exact, self.simulated
        rows = [[name, _exact(exact, name), _share(simulated, name)] for name in OUTCOMES]
        rate = f"{self.false_alarm_rate:g}".replace("e-0", "e-")
        says = "agree" if self.agrees else "DISAGREE"
        notes = [
            _trials(simulated),
            f"exact and simulated {says} (false-alarm rate {rate})",
            f"would detect an error of {number(self.detectable_bias)} or more in P(correct) "
            "with power 99.9 %",
        ]
        return Table(_title(self._value), ("", "exact", "simulated"), rows, notes)


class ScenarioComparison(_answers.ScenarioComparison):
    """Two scenarios side by side: what `kofn.compare` returns for two scenarios."""

    __slots__ = ()

    def _table(self) -> Table:
        titles = [_title(self._value[side]) for side in ("first", "second")]
        notes = [f"{name}  {title}" for name, title in zip("AB", titles, strict=True)]
        first, second, difference = self.first.exact, self.second.exact, self.difference
        rows: list[list[str]] = []
        if (simulated := self.simulated_difference) is not None:
            low, high = simulated.correct.interval
            notes.append(f"simulated: correct {low:+.6f} to {high:+.6f} (99 % interval of B − A)")
        if first is not None and second is not None and difference is not None:
            if difference.failure_ratio is not None:
                notes.append(f"B fails {number(difference.failure_ratio)} times as often as A")
            for name in (*OUTCOMES, "failure"):
                between = difference.to_dict()[name]
                rows.append([name, _exact(first, name), _exact(second, name), f"{between:+.6f}"])
        return Table("", ("exact", "A", "B", "B − A"), rows, notes)


class Plan(_answers.PlanAnswer):
    """Systems that reach a target: what `kofn.plan` returns."""

    __slots__ = ()

    @property
    def meets(self) -> bool:
        """Whether some system meets all limits."""
        options = self.options
        return options is not None and options.cheapest is not None

    def _table(self) -> Table:
        options = self.options
        if options is None:
            return Table(f"P(correct) of {self.target:g} or more", ("",), [], [])
        table = options_table(options, self.target)
        return table._replace(notes=[*table.notes, *self.assumed])

    def plot(self, name: str = "plan") -> Plot:
        """Return P(failure) of the best systems against their price, as a picture.

        Parameters
        ----------
        name : str
            Scope of the style rules in the SVG; pictures on one page need different names.
        """
        demanded = self._value["demand"]
        options = {
            **demanded,
            "target": demanded.get("target_of_steps") or self.target,
            "name": name,
        }
        native = Scenario.from_dict(self._value["scenario"])._native
        drawn, svg, csv = _kofn.plan_figure(native, options)
        return Plot(svg, csv, drawn)


class Margin(_answers.MarginAnswer):
    """The smallest margin with which all steps succeed: what `kofn.plan_margin` returns."""

    __slots__ = ()

    def _table(self) -> Table:
        rows = [
            ["margin", number(self.margin)],
            ["steps", number(self.steps)],
            ["correct", probability(self.correct)],
            ["expected calls", number(self.expected_calls)],
        ]
        return Table(_title(self._value), ("", ""), rows)


class Schemes(_answers.SchemesAnswer):
    """All schemes: what `kofn.schemes` returns."""

    __slots__ = ()

    def _table(self) -> Table:
        rows = [
            [scheme.rule, ", ".join(part.name for part in scheme.parameters) or "–", scheme.meaning]
            for scheme in self.schemes
        ]
        return Table("", ("rule", "parameters", "meaning"), rows)


def options_table(options: _answers.OptionsAnswer, target: float) -> Table:
    """Return the table of systems that no other system beats, cheapest first."""
    built = options.cheapest
    best = built if built is not None else options.most_reliable
    head = "Build" if built is not None else "None meets all limits. Best"
    title = f"{head}: {best.name}. Correct {probability(best.correct)}, wrong {number(best.wrong)}"
    rows = [
        [option.name, number(option.price), probability(option.correct), number(option.wrong)]
        for option in options.frontier
    ]
    columns = ("system", options.price, "correct", "wrong")
    return Table(title, columns, rows, [f"target: P(correct) of {target:g} or more"])


def _exact(exact: Exact, name: str) -> str:
    return probability(exact.to_dict()[name])


def _effort(exact: Exact) -> list[list[str]]:
    parts = [
        ("calls", exact.expected_calls),
        ("validations", exact.expected_validations or None),
        ("cost", exact.expected_cost),
        ("latency", exact.expected_latency),
    ]
    return [[f"expected {name}", number(value)] for name, value in parts if value is not None]


def _share(simulated: Simulated, name: str) -> str:
    count = simulated.to_dict()[name]
    return probability(count / simulated.trials) if simulated.trials else "–"


def _interval(simulated: Simulated) -> str:
    low, high = simulated.interval
    return f"{simulated.confidence:.0%} interval of P(correct): {low:.6f} to {high:.6f}"


def _trials(simulated: Simulated) -> str:
    part = " (partial)" if simulated.partial else ""
    return f"{simulated.trials:,} trials, seed {simulated.seed}{part}"
