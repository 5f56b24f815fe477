"""Typed answers, generated from the JSON schemas by `python/generate_answers.py`."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any, Literal

from ._answer import Answer, Interval, each, optional
from ._scenario import Scenario

__all__ = [
    "AgentCount",
    "AgentFit",
    "AgentPair",
    "AgentPrices",
    "Agreement",
    "AlikePair",
    "Assessment",
    "Best",
    "BestMajority",
    "CascadeGain",
    "Ceiling",
    "Check",
    "ChoiceUncertainty",
    "ChosenSystem",
    "Collision",
    "CompareAnswer",
    "ComparedModel",
    "CorrelatedRuns",
    "Correlation",
    "CountUncertainty",
    "Demanded",
    "Difference",
    "EarlyStopping",
    "EffectiveAtK",
    "EffectiveVotes",
    "EffectiveWithout",
    "Exact",
    "FamilyStep",
    "Fit",
    "FitAnswer",
    "FittedLaw",
    "FittedModel",
    "Fractions",
    "Gain",
    "HeldOut",
    "HeldOutChoice",
    "HeldOutDifference",
    "HeldOutPlurality",
    "HeldOutVote",
    "Judged",
    "LiftAnswer",
    "Limit",
    "LogAdvice",
    "LogPlan",
    "MarginAnswer",
    "MissingParts",
    "ModelChoice",
    "ModelFamily",
    "ObservedVote",
    "Obstacles",
    "OptionAnswer",
    "OptionsAnswer",
    "OutcomeDifference",
    "OutcomeParts",
    "PairCollision",
    "PairComparison",
    "ParameterAnswer",
    "PassesAtK",
    "Phi",
    "PipelineEstimate",
    "PlanAnswer",
    "PlanIntervals",
    "PluralityFit",
    "PluralityIntervals",
    "PluralityShares",
    "PluralityVote",
    "RareSimulation",
    "RateEstimate",
    "RateReason",
    "RateSharing",
    "RateStep",
    "Recommendation",
    "Replay",
    "ReplayAnswer",
    "Resampling",
    "ScenarioComparison",
    "SchemeAnswer",
    "SchemesAnswer",
    "Side",
    "Simulated",
    "SimulatedDifference",
    "Simulation",
    "SourceReport",
    "Steps",
    "SweepCell",
    "TasksByK",
    "Tilted",
    "TiltedShare",
    "TrustedModel",
    "UntilError",
    "Validation",
    "VoteFit",
    "VoteKind",
    "WeightGain",
    "WrongAnswers",
]

Agreement = Literal["agree", "disagree"]
"""Whether two engines agree."""

Ceiling = Literal["max_wrong", "max_cost", "max_latency"]
"""A limit of a demand beside its target."""

CorrelatedRuns = Literal["agents", "runs"]
"""Which runs are correlated."""

Judged = Literal["corrected", "replayed", "modeled"]
"""How a recommended system was judged."""

ModelFamily = Literal["independent", "common-cause", "beta-binomial", "gaussian-copula", "classes", "two-level-copula"]
"""What the runs of a task share."""

PluralityVote = Literal["plurality"]
"""A vote on answers."""

RateReason = Literal["better", "fewer-parameters", "only", "asked"]
"""Why equal or own rates were chosen."""

RateSharing = Literal["equal", "different"]
"""Whether agents have one rate or one each."""

VoteKind = Literal["majority", "any", "all", "all-fail"]
"""The outcome that counts among the runs that are drawn."""

WrongAnswers = Literal["same", "distinct"]
"""How wrong runs vote if the log does not record their answers."""

class AgentCount(Answer):
    """How many agents a vote takes."""
    __slots__ = ()

    @property
    def best(self) -> Best | None:
        """The best number that was seen, where none reaches the target."""
        return optional(self._value.get("best"), Best)

    @property
    def exceeded(self) -> Ceiling | None:
        """The limit of the demand that rules out the numbers that reach the target."""
        return self._value.get("exceeded")

    @property
    def refused(self) -> str | None:
        """Why there is no answer."""
        return self._value.get("refused")

    @property
    def smallest_count(self) -> int | None:
        """Smallest number of agents that reaches the target."""
        return self._value.get("smallest_count")

    @property
    def tried(self) -> int | None:
        """Largest number tried, where none up to it reaches the target."""
        return self._value.get("tried")

    @property
    def unreachable(self) -> bool:
        """Whether it is proven that no number does."""
        return self._value["unreachable"]


class AgentFit(Answer):
    """An agent and its rates."""
    __slots__ = ()

    @property
    def clopper_pearson(self) -> Interval:
        """Clopper and Pearson's interval of the pooled rate, for `failures` among `runs` as if the
        runs were independent: where tasks were repeated they are not, and it is too narrow.
        """
        return Interval(*self._value["clopper_pearson"])

    @property
    def failure_rate(self) -> float:
        """Mean over the tasks of the share of runs that failed: every task counts the same, however
        often it was run. It is 1 − pass^1.
        """
        return self._value["failure_rate"]

    @property
    def failures(self) -> int:
        """Runs that failed."""
        return self._value["failures"]

    @property
    def name(self) -> str:
        """Its name."""
        return self._value["name"]

    @property
    def pass_all(self) -> tuple[float, ...]:
        """pass^k at k − 1: that all of k runs of a task are correct, without bias, as the mean over
        all tasks of the agent. From k = 1 to the least number of runs of any of these tasks, and
        to 1,000 at most.
        """
        return tuple(self._value["pass_all"])

    @property
    def pass_any(self) -> tuple[float, ...]:
        """pass@k at k − 1: that any of k runs of a task is correct, in the same way."""
        return tuple(self._value["pass_any"])

    @property
    def passes(self) -> tuple[PassesAtK, ...]:
        """pass^k and pass@k at each k that was asked for, in rising order: all over the same tasks,
        which have at least as many runs as the largest of these k. Empty where none was asked
        for.
        """
        return each(self._value["passes"], PassesAtK)

    @property
    def pooled_failure_rate(self) -> float:
        """`failures` divided by `runs`: a task counts as often as it was run. The same as
        `failure_rate` where all tasks were run equally often.
        """
        return self._value["pooled_failure_rate"]

    @property
    def prices(self) -> AgentPrices | None:
        """What a run costs and how long it takes; `None` where no log says either."""
        return optional(self._value.get("prices"), AgentPrices)

    @property
    def resampled(self) -> Interval | None:
        """The interval of the failure rate, the mean over tasks, from redrawn tasks: valid also if
        runs of a task are correlated.
        """
        return optional(self._value.get("resampled"), lambda value: Interval(*value))

    @property
    def runs(self) -> int:
        """Runs over all tasks."""
        return self._value["runs"]

    @property
    def tasks(self) -> int:
        """Tasks with at least one run."""
        return self._value["tasks"]

    @property
    def tasks_by_k(self) -> tuple[TasksByK, ...]:
        """Number of tasks with at least k runs, for k from 1 to the largest number of runs: one
        entry for each different number of tasks, with the largest k that has it.
        """
        return each(self._value["tasks_by_k"], TasksByK)

    @property
    def wilson(self) -> Interval:
        """Wilson's interval of the pooled rate, in the same case."""
        return Interval(*self._value["wilson"])

    @property
    def within_correlation(self) -> float | None:
        """The correlation of two runs of the agent on one task, where there are some."""
        return self._value.get("within_correlation")


class AgentPair(Answer):
    """How two agents went together on the tasks that both were run on."""
    __slots__ = ()

    @property
    def agents(self) -> tuple[int, int]:
        """The two, the smaller number first."""
        return tuple(self._value["agents"])

    @property
    def agreement(self) -> float:
        """How often a run of the one and a run of the other on the same task are both correct or
        both failed.
        """
        return self._value["agreement"]

    @property
    def both_fail(self) -> float:
        """How often both fail."""
        return self._value["both_fail"]

    @property
    def phi(self) -> float | None:
        """The correlation of their failures; `None` where one of them always fails or never."""
        return self._value.get("phi")

    @property
    def tasks(self) -> int:
        """Tasks with runs of both."""
        return self._value["tasks"]


class AgentPrices(Answer):
    """What a run of an agent costs and how long it takes: means over the runs that state it."""
    __slots__ = ()

    @property
    def cost(self) -> float | None:
        """The mean cost, in the log's currency."""
        return self._value.get("cost")

    @property
    def cost_runs(self) -> int:
        """Number of runs that state their cost."""
        return self._value["cost_runs"]

    @property
    def latency_ms(self) -> float | None:
        """The mean time."""
        return self._value.get("latency_ms")

    @property
    def latency_runs(self) -> int:
        """Number of runs that state their time."""
        return self._value["latency_runs"]


class AlikePair(Answer):
    """Two agents that are more alike than the others."""
    __slots__ = ()

    @property
    def agents(self) -> tuple[int, int]:
        """The two, the smaller number first."""
        return tuple(self._value["agents"])

    @property
    def agreement(self) -> float:
        """How often a run of the one and a run of the other on the same task are both correct or
        both failed.
        """
        return self._value["agreement"]

    @property
    def both_fail(self) -> float:
        """How often both fail."""
        return self._value["both_fail"]

    @property
    def copied(self) -> bool:
        """Whether both have the same results on every task: runs that were copied, as it seems.
        """
        return self._value["copied"]

    @property
    def expected_agreement(self) -> float:
        """The agreement that agents with their rates and the φ of the typical pair would show."""
        return self._value["expected_agreement"]

    @property
    def phi(self) -> float | None:
        """The correlation of their failures; `None` where one of them always fails or never."""
        return self._value.get("phi")

    @property
    def tasks(self) -> int:
        """Tasks with runs of both."""
        return self._value["tasks"]

    @property
    def typical_phi(self) -> float | None:
        """The median φ of the pairs; `None` of fewer than three."""
        return self._value.get("typical_phi")


class Assessment(Answer):
    """The exact outcome of a scenario."""
    __slots__ = ()

    @property
    def assumes(self) -> str | None:
        """What the answer assumes of repeated calls of one agent, where the scenario does not say.
        """
        return self._value.get("assumes")

    @property
    def early_stopping(self) -> EarlyStopping | None:
        """What stopping early saves, for a race with a last call."""
        return optional(self._value.get("early_stopping"), EarlyStopping)

    @property
    def exact(self) -> Exact:
        """Probabilities of the three outcomes, and expected effort."""
        return Exact(self._value["exact"])

    @property
    def gain(self) -> WeightGain | None:
        """What weights gain over equal votes, for a scheme with weights."""
        return optional(self._value.get("gain"), WeightGain)

    @property
    def importance(self) -> tuple[float, ...] | None:
        """Gain in P(correct) per unit reduction in failure rate, if requested: one number for each
        agent in their order, or a single one where all agents are alike.
        """
        return optional(self._value.get("importance"), tuple)

    @property
    def nines(self) -> float | None:
        """−log₁₀ P(failure), where P(correct) is at least 0.9: 3 for 99.9 %; null where it never
        fails.
        """
        return self._value.get("nines")

    @property
    def phi(self) -> Phi | None:
        """Correlations of failures, where the scenario gives those of latent normals."""
        return optional(self._value.get("phi"), Phi)

    @property
    def rational(self) -> Fractions | None:
        """The same as exact fractions, if requested."""
        return optional(self._value.get("rational"), Fractions)

    @property
    def resampling(self) -> Resampling | None:
        """What more attempts gain, for a pipeline."""
        return optional(self._value.get("resampling"), Resampling)

    @property
    def scenario(self) -> Scenario:
        """The scenario, its defaults filled in."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def steps(self) -> Steps | None:
        """The outcome of several independent tasks, if requested."""
        return optional(self._value.get("steps"), Steps)


class Best(Answer):
    """A number of agents and its P(correct)."""
    __slots__ = ()

    @property
    def correct(self) -> float:
        """P(correct)."""
        return self._value["correct"]

    @property
    def count(self) -> int:
        """Number of agents."""
        return self._value["count"]


class BestMajority(Answer):
    """The best majority among those of the agents that fail least often."""
    __slots__ = ()

    @property
    def correct(self) -> float:
        """P(correct) when they alone vote."""
        return self._value["correct"]

    @property
    def gain(self) -> float:
        """`correct` − `one_vote_each`."""
        return self._value["gain"]

    @property
    def places(self) -> tuple[int, ...]:
        """The places of its agents, counted from 0."""
        return tuple(self._value["places"])


class CascadeGain(Answer):
    """What a cascade gains over asking its last stage alone: what it saves is positive."""
    __slots__ = ()

    @property
    def correct(self) -> float:
        """Difference of P(correct): that of the cascade less that of its last stage."""
        return self._value["correct"]

    @property
    def saved_calls(self) -> float:
        """Expected calls that are saved."""
        return self._value["saved_calls"]

    @property
    def saved_cost(self) -> float | None:
        """Expected cost that is saved; null without prices."""
        return self._value.get("saved_cost")

    @property
    def saved_latency(self) -> float | None:
        """Expected latency that is saved; null without latencies."""
        return self._value.get("saved_latency")

    @property
    def wrong(self) -> float:
        """Difference of P(wrong), likewise."""
        return self._value["wrong"]


class Check(Answer):
    """A scenario answered by both engines, and whether the two agree."""
    __slots__ = ()

    @property
    def detectable_bias(self) -> float:
        """Smallest shift of P(correct) that the check would detect with power 99.9 %; 1 where it
        would detect none.
        """
        return self._value["detectable_bias"]

    @property
    def exact(self) -> Exact:
        """The closed form."""
        return Exact(self._value["exact"])

    @property
    def false_alarm_rate(self) -> float:
        """Maximum false-alarm rate: probability of reporting a disagreement when there is none.
        """
        return self._value["false_alarm_rate"]

    @property
    def phi(self) -> Phi | None:
        """Correlations of failures, where the scenario gives those of latent normals."""
        return optional(self._value.get("phi"), Phi)

    @property
    def rare(self) -> Tilted | None:
        """Tilted trials, where plain ones are too few to see the rarer of failure and success."""
        return optional(self._value.get("rare"), Tilted)

    @property
    def scenario(self) -> Scenario:
        """The scenario, its defaults filled in."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def simulated(self) -> Simulated:
        """Plain trials."""
        return Simulated(self._value["simulated"])

    @property
    def steps(self) -> Steps | None:
        """The exact outcome of several independent tasks, if requested; what is checked is one task.
        """
        return optional(self._value.get("steps"), Steps)

    @property
    def until_error(self) -> UntilError | None:
        """How the number of trials was decided, if an error was asked for."""
        return optional(self._value.get("until_error"), UntilError)

    @property
    def verdict(self) -> Agreement:
        """Whether the two agree."""
        return self._value["verdict"]


class ChoiceUncertainty(Answer):
    """Intervals of one system."""
    __slots__ = ()

    @property
    def correct(self) -> Interval:
        """Interval of P(correct)."""
        return Interval(*self._value["correct"])

    @property
    def failure(self) -> Interval:
        """Interval of P(failure)."""
        return Interval(*self._value["failure"])

    @property
    def name(self) -> str:
        """Name of the system."""
        return self._value["name"]

    @property
    def price(self) -> Interval:
        """Interval of the expected price."""
        return Interval(*self._value["price"])

    @property
    def share_that_meets(self) -> float:
        """Share of the replicates in which it meets the demand."""
        return self._value["share_that_meets"]

    @property
    def wrong(self) -> Interval:
        """Interval of P(wrong)."""
        return Interval(*self._value["wrong"])


class ChosenSystem(Answer):
    """A system and how often it was chosen."""
    __slots__ = ()

    @property
    def system(self) -> str:
        """The system."""
        return self._value["system"]

    @property
    def times(self) -> int:
        """How often."""
        return self._value["times"]


class Collision(Answer):
    """How often wrong agents agree."""
    __slots__ = ()

    @property
    def estimate(self) -> float:
        """Pairs of wrong runs that agree ÷ pairs of wrong runs, of different agents on one task, or
        of two runs of the only agent.
        """
        return self._value["estimate"]

    @property
    def interval(self) -> Interval | None:
        """Its interval from redrawn tasks."""
        return optional(self._value.get("interval"), lambda value: Interval(*value))

    @property
    def law(self) -> FittedLaw | None:
        """The fitted law of wrong answers; `None` where no task has two wrong agents."""
        return optional(self._value.get("law"), FittedLaw)

    @property
    def pairs(self) -> tuple[PairCollision, ...]:
        """Each pair of agents that were both wrong on some task."""
        return each(self._value["pairs"], PairCollision)

    @property
    def voting_failures(self) -> float:
        """The share of failed runs that gave an answer."""
        return self._value["voting_failures"]

    @property
    def wrong_pairs(self) -> int:
        """Number of pairs of wrong runs."""
        return self._value["wrong_pairs"]


class CompareAnswer(Answer):
    """An answer from another module, preceded by the version."""
    __slots__ = ()

    @property
    def both(self) -> float | None:
        """Number of tasks on which both are correct: expected numbers of independent draws where a
        system's success on a task is only a probability.
        """
        return self._value.get("both")

    @property
    def clusters(self) -> int | None:
        """Number of clusters, where tasks are in clusters."""
        return self._value.get("clusters")

    @property
    def confidence(self) -> float | None:
        """The confidence of the interval."""
        return self._value.get("confidence")

    @property
    def detectable(self) -> float | None:
        """The smallest difference that so many tasks would have shown at this confidence with
        `power`: a normal approximation with the observed share of discordant tasks; with
        clusters, or where runs are drawn, with the observed variance of the difference. Without
        any discordant task it is 0 and says nothing.
        """
        return self._value.get("detectable")

    @property
    def difference(self) -> float | None:
        """P(correct) of the second less that of the first."""
        return self._value.get("difference")

    @property
    def first(self) -> str | None:
        """The first system."""
        return self._value.get("first")

    @property
    def first_alone(self) -> float | None:
        """Number of tasks on which the first alone is."""
        return self._value.get("first_alone")

    @property
    def interval(self) -> Interval | None:
        """Its interval, over tasks or clusters."""
        return optional(self._value.get("interval"), lambda value: Interval(*value))

    @property
    def mcnemar(self) -> float | None:
        """McNemar's exact p-value; null where a system's success on a task is only a probability.
        """
        return self._value.get("mcnemar")

    @property
    def mcnemar_holm(self) -> float | None:
        """The exact p-value after Holm's correction for several pairs; null likewise."""
        return self._value.get("mcnemar_holm")

    @property
    def mcnemar_mid(self) -> float | None:
        """McNemar's mid-p value; null likewise."""
        return self._value.get("mcnemar_mid")

    @property
    def neither(self) -> float | None:
        """Number of tasks on which neither is."""
        return self._value.get("neither")

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know."""
        return tuple(self._value["notes"])

    @property
    def pairs(self) -> tuple[PairComparison, ...] | None:
        """All pairs, where there are more than two systems."""
        return optional(self._value.get("pairs"), lambda value: each(value, PairComparison))

    @property
    def power(self) -> float | None:
        """Probability of seeing it."""
        return self._value.get("power")

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def second(self) -> str | None:
        """The second system."""
        return self._value.get("second")

    @property
    def second_alone(self) -> float | None:
        """Number of tasks on which the second alone is."""
        return self._value.get("second_alone")

    @property
    def sources(self) -> tuple[SourceReport, ...]:
        """What was read, source by source."""
        return each(self._value["sources"], SourceReport)

    @property
    def systems(self) -> tuple[Replay, ...]:
        """The systems, in the order given."""
        return each(self._value["systems"], Replay)

    @property
    def tasks(self) -> int | None:
        """Number of tasks on which both have the runs that they need."""
        return self._value.get("tasks")

    @property
    def tasks_needed(self) -> int | None:
        """How many tasks would settle the difference that was seen, in the same approximation; null
        for none.
        """
        return self._value.get("tasks_needed")

    @property
    def worse_than_gate(self) -> bool | None:
        """Whether the second is worse than the first by more than the gate, which the interval
        excludes. Set only for pairs that include the first system, and only with a gate.
        """
        return self._value.get("worse_than_gate")

    @property
    def wrong_answers(self) -> WrongAnswers | None:
        """How wrong runs without a recorded answer vote; null if all have one."""
        return self._value.get("wrong_answers")


class ComparedModel(Answer):
    """A model, fitted to all tasks or refused."""
    __slots__ = ()

    @property
    def fitted(self) -> FittedModel | None:
        """The fit to all tasks."""
        return optional(self._value.get("fitted"), FittedModel)

    @property
    def held_out(self) -> HeldOut | None:
        """How its fits to halves of the tasks did on the other halves."""
        return optional(self._value.get("held_out"), HeldOut)

    @property
    def model(self) -> ModelFamily:
        """What runs share."""
        return self._value["model"]

    @property
    def rates(self) -> RateSharing:
        """Whether agents differ."""
        return self._value["rates"]

    @property
    def refused(self) -> str | None:
        """Why there is none, or why there is none to a half of the tasks."""
        return self._value.get("refused")


class Correlation(Answer):
    """The correlation of failures on one task."""
    __slots__ = ()

    @property
    def between(self) -> CorrelatedRuns:
        """Of which runs."""
        return self._value["between"]

    @property
    def resampled(self) -> Interval | None:
        """The interval from redrawn tasks."""
        return optional(self._value.get("resampled"), lambda value: Interval(*value))

    @property
    def value(self) -> float:
        """The moment estimate, which no model enters."""
        return self._value["value"]


class CountUncertainty(Answer):
    """Interval of the required number of agents."""
    __slots__ = ()

    @property
    def interval(self) -> tuple[int | None, ...]:
        """Its interval; an end is null where no number up to `at_most` reaches the target."""
        return tuple(self._value["interval"])

    @property
    def share_that_meets(self) -> float:
        """Share of the replicates in which some number does."""
        return self._value["share_that_meets"]


class Demanded(Answer):
    """Limits that were requested, and the systems that were searched."""
    __slots__ = ()

    @property
    def accepts_correct(self) -> float | None:
        """P(a correct candidate is accepted) of a validator beside the scenario's own."""
        return self._value.get("accepts_correct")

    @property
    def accepts_wrong(self) -> float | None:
        """P(a wrong candidate is accepted) of that validator."""
        return self._value.get("accepts_wrong")

    @property
    def at_most(self) -> int:
        """Maximum number of agents, or of calls to one agent."""
        return self._value["at_most"]

    @property
    def checker(self) -> bool:
        """Whether there is a checker that knows a correct answer when it sees one."""
        return self._value["checker"]

    @property
    def max_cost(self) -> float | None:
        """Largest price per task."""
        return self._value.get("max_cost")

    @property
    def max_latency(self) -> float | None:
        """Largest latency per task."""
        return self._value.get("max_latency")

    @property
    def max_wrong(self) -> float | None:
        """Largest P(wrong)."""
        return self._value.get("max_wrong")

    @property
    def repeated_calls(self) -> bool:
        """Whether one agent may be called repeatedly, which takes a known correlation of its calls.
        """
        return self._value["repeated_calls"]

    @property
    def steps(self) -> int | None:
        """Number of independent tasks that must all be correct, where that gave the target."""
        return self._value.get("steps")

    @property
    def target(self) -> float:
        """Smallest P(correct)."""
        return self._value["target"]

    @property
    def target_of_steps(self) -> float | None:
        """Smallest P(all of them are correct)."""
        return self._value.get("target_of_steps")


class Difference(Answer):
    """An exact difference."""
    __slots__ = ()

    @property
    def abstain(self) -> float:
        """Difference of P(abstain)."""
        return self._value["abstain"]

    @property
    def correct(self) -> float:
        """Difference of P(correct)."""
        return self._value["correct"]

    @property
    def expected_calls(self) -> float | None:
        """Difference of the expected calls; null where either is infinite."""
        return self._value.get("expected_calls")

    @property
    def expected_cost(self) -> float | None:
        """Difference of the expected cost; null without prices."""
        return self._value.get("expected_cost")

    @property
    def expected_latency(self) -> float | None:
        """Difference of the expected latency; null without latencies."""
        return self._value.get("expected_latency")

    @property
    def expected_validations(self) -> float | None:
        """Difference of the expected validations, likewise."""
        return self._value.get("expected_validations")

    @property
    def failure(self) -> float:
        """Difference of P(failure)."""
        return self._value["failure"]

    @property
    def failure_ratio(self) -> float | None:
        """P(failure) of the second over that of the first; null where the first never fails."""
        return self._value.get("failure_ratio")

    @property
    def wrong(self) -> float:
        """Difference of P(wrong)."""
        return self._value["wrong"]


class EarlyStopping(Answer):
    """The number of calls that a race saves."""
    __slots__ = ()

    @property
    def most_calls(self) -> int:
        """Calls of a race that does not stop early: `max_calls`, or 2k − 1 for a race to k votes in
        which every call votes.
        """
        return self._value["most_calls"]

    @property
    def saved_calls(self) -> float:
        """`most_calls` minus the expected calls."""
        return self._value["saved_calls"]


class EffectiveAtK(Answer):
    """How many independent agents k agents are worth."""
    __slots__ = ()

    @property
    def interval(self) -> Interval | None:
        """Its interval from redrawn tasks; an end without limit is null."""
        return optional(self._value.get("interval"), lambda value: Interval(*value))

    @property
    def of(self) -> int:
        """Number of votes k."""
        return self._value["of"]

    @property
    def votes(self) -> float | None:
        """Number of independent agents with the mean failure rate whose majority is correct as often
        as the plurality of k of these, interpolated between odd numbers, a majority of none being
        never correct. `None` where the mean failure rate is ½ or more, or no number is reached.
        """
        return self._value.get("votes")


class EffectiveVotes(Answer):
    """How many independent agents the agents of a log, or the runs of the only one, are worth."""
    __slots__ = ()

    @property
    def interval(self) -> Interval | None:
        """Its interval from redrawn tasks; an end without limit is null."""
        return optional(self._value.get("interval"), lambda value: Interval(*value))

    @property
    def kish(self) -> float | None:
        """Kish's effective sample size n/(1 + (n − 1)·φ) of `of` agents with the mean correlation φ
        of the log; `None` where the denominator is not positive.
        """
        return self._value.get("kish")

    @property
    def of(self) -> int:
        """How many agents there are, or runs of the only one."""
        return self._value["of"]

    @property
    def votes(self) -> tuple[EffectiveAtK, ...]:
        """By number of votes."""
        return each(self._value["votes"], EffectiveAtK)

    @property
    def without(self) -> tuple[EffectiveWithout, ...]:
        """What is left without each of the agents, in their order: of two or more of them."""
        return each(self._value["without"], EffectiveWithout)


class EffectiveWithout(Answer):
    """What is left without one of the agents."""
    __slots__ = ()

    @property
    def agent(self) -> str:
        """The agent that is left out."""
        return self._value["agent"]

    @property
    def kish(self) -> float | None:
        """Kish's effective sample size of the others."""
        return self._value.get("kish")

    @property
    def of(self) -> int:
        """How many others there are."""
        return self._value["of"]

    @property
    def votes(self) -> float | None:
        """The number of independent agents that the vote of all others is worth."""
        return self._value.get("votes")


class Exact(Answer):
    """The exact answer: probabilities of the three outcomes, each to full relative precision, and
    expected effort.
    """
    __slots__ = ()

    @property
    def abstain(self) -> float:
        """P(abstain): no answer is given, and everyone knows."""
        return self._value["abstain"]

    @property
    def correct(self) -> float:
        """P(correct): the right answer is given."""
        return self._value["correct"]

    @property
    def expected_calls(self) -> float | None:
        """Calls of agents; infinite where a race without a limit is not expected to end."""
        return self._value.get("expected_calls")

    @property
    def expected_cost(self) -> float | None:
        """Price of both, where prices are given; likewise."""
        return self._value.get("expected_cost")

    @property
    def expected_latency(self) -> float | None:
        """Time from task to outcome, where latencies are given."""
        return self._value.get("expected_latency")

    @property
    def expected_validations(self) -> float | None:
        """Validations."""
        return self._value.get("expected_validations")

    @property
    def failure(self) -> float:
        """P(abstain) + P(wrong), computed as a sum and not as one minus `correct`."""
        return self._value["failure"]

    @property
    def ln_correct(self) -> float | None:
        """Natural logarithm of P(correct), right where the probability underflows or rounds to one;
        −∞ for zero.
        """
        return self._value.get("ln_correct")

    @property
    def ln_failure(self) -> float | None:
        """Natural logarithm of P(failure), likewise."""
        return self._value.get("ln_failure")

    @property
    def wrong(self) -> float:
        """P(wrong): a wrong answer is given as if it were right."""
        return self._value["wrong"]


class FamilyStep(Answer):
    """Step two: of the models within one standard error of the best, the one with the fewest
    parameters.
    """
    __slots__ = ()

    @property
    def behind(self) -> HeldOutDifference:
        """How far the chosen one is behind it."""
        return HeldOutDifference(self._value["behind"])

    @property
    def best(self) -> int:
        """Place of the one with the largest log-likelihood of held-out tasks."""
        return self._value["best"]

    @property
    def model(self) -> int:
        """Place of the model that was chosen."""
        return self._value["model"]


class Fit(Answer):
    """What a log says of its agents, and which model of their failures to trust."""
    __slots__ = ()

    @property
    def agents(self) -> tuple[AgentFit, ...]:
        """One for each agent."""
        return each(self._value["agents"], AgentFit)

    @property
    def alike(self) -> tuple[AlikePair, ...]:
        """Pairs that agree suspiciously often."""
        return each(self._value["alike"], AlikePair)

    @property
    def answers(self) -> tuple[PluralityFit, ...] | None:
        """Pluralities of answers: observed, and predicted by the trusted model and the fitted law of
        wrong answers; `None` where the log does not say what wrong agents answered.
        """
        return optional(self._value.get("answers"), lambda value: each(value, PluralityFit))

    @property
    def clusters(self) -> int | None:
        """How many clusters of tasks that go together; whole clusters are then redrawn and halved,
        wherever this says tasks. `None` where every task stands for itself.
        """
        return self._value.get("clusters")

    @property
    def collision(self) -> Collision | None:
        """How often wrong agents agree; `None` in the same case, and where no two runs are wrong on
        one task.
        """
        return optional(self._value.get("collision"), Collision)

    @property
    def confidence(self) -> float:
        """The confidence of the intervals."""
        return self._value["confidence"]

    @property
    def correlation(self) -> Correlation | None:
        """Correlation of failures on one task, of different agents where there are several; `None`
        if no task has two runs, or nothing varies.
        """
        return optional(self._value.get("correlation"), Correlation)

    @property
    def effective_votes(self) -> EffectiveVotes | None:
        """How many independent agents these are worth, in a plurality of answers or else in a
        majority.
        """
        return optional(self._value.get("effective_votes"), EffectiveVotes)

    @property
    def halvings(self) -> int:
        """Number of times that the tasks were halved to test models on the other half."""
        return self._value["halvings"]

    @property
    def independent(self) -> int | None:
        """Independence among the models, with a rate for each agent: what the trusted one is
        compared with.
        """
        return self._value.get("independent")

    @property
    def models(self) -> tuple[ComparedModel, ...]:
        """The models side by side."""
        return each(self._value["models"], ComparedModel)

    @property
    def pairs(self) -> tuple[AgentPair, ...]:
        """Agreement and correlation of every pair of agents."""
        return each(self._value["pairs"], AgentPair)

    @property
    def repeats(self) -> Correlation | None:
        """Correlation of the failures of two runs of one agent, over all agents: what asking again
        is worth. `None` if no agent has two runs of a task, or nothing varies.
        """
        return optional(self._value.get("repeats"), Correlation)

    @property
    def replicas(self) -> int:
        """Number of times that the tasks were redrawn."""
        return self._value["replicas"]

    @property
    def seed(self) -> int:
        """The seed of what was drawn."""
        return self._value["seed"]

    @property
    def tasks(self) -> int:
        """How many tasks the log has."""
        return self._value["tasks"]

    @property
    def trusted(self) -> TrustedModel | None:
        """The model to trust, if any could be tested on held-out tasks."""
        return optional(self._value.get("trusted"), TrustedModel)

    @property
    def votes(self) -> tuple[VoteFit, ...]:
        """Votes: observed, and predicted by each model."""
        return each(self._value["votes"], VoteFit)


class FitAnswer(Answer):
    """An answer from another module, preceded by the version."""
    __slots__ = ()

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be known wherever a model of these logs is used: see `Fit::caveats`."""
        return tuple(self._value["caveats"])

    @property
    def fit(self) -> Fit | None:
        """The agents, their rates and the models of their failures; `None` for verdicts of
        validators alone.
        """
        return optional(self._value.get("fit"), Fit)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know about all sources together."""
        return tuple(self._value["notes"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def sources(self) -> tuple[SourceReport, ...]:
        """What was read, source by source."""
        return each(self._value["sources"], SourceReport)

    @property
    def stopping(self) -> tuple[Replay, ...]:
        """What races that stop early give on the recorded runs of agents that were run repeatedly,
        after the plurality of all runs: see `early_stopping`.
        """
        return each(self._value["stopping"], Replay)

    @property
    def validations(self) -> tuple[Validation, ...]:
        """What each validator is worth, one for each source of verdicts."""
        return each(self._value["validations"], Validation)


class FittedLaw(Answer):
    """The law that makes the wrong answers to each task most likely: that of Pitman and Yor, or
    Pólya's urn with a number of answers where wrong answers are more even than any discount
    allows. Where several agents have several runs, one run of each is drawn, and the likelihood
    is the mean over these draws.
    """
    __slots__ = ()

    @property
    def answers(self) -> int | None:
        """How many wrong answers there are; null for answers without end."""
        return self._value.get("answers")

    @property
    def collision(self) -> float:
        """Its probability c that two wrong agents agree: 1 where all do, 0 where none do."""
        return self._value["collision"]

    @property
    def collision_interval(self) -> Interval | None:
        """The interval of that from redrawn tasks."""
        return optional(self._value.get("collision_interval"), lambda value: Interval(*value))

    @property
    def discount(self) -> float:
        """Its discount a: 0 where there is a number of answers."""
        return self._value["discount"]

    @property
    def discount_interval(self) -> Interval | None:
        """The interval of that from redrawn tasks: percentiles, as the discount is often at its end
        0.
        """
        return optional(self._value.get("discount_interval"), lambda value: Interval(*value))

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood of who agrees with whom."""
        return self._value["log_likelihood"]

    @property
    def tasks(self) -> int:
        """Number of tasks with two or more wrong agents: the expected one where runs are drawn,
        rounded up.
        """
        return self._value["tasks"]

    @property
    def warning(self) -> str | None:
        """What cannot be told from so few wrong agents."""
        return self._value.get("warning")


class FittedModel(Answer):
    """A model with the parameters that make the logs most likely."""
    __slots__ = ()

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2p − 2L."""
        return self._value["aic"]

    @property
    def bic(self) -> float:
        """Schwarz's criterion, p ln N − 2L with N tasks."""
        return self._value["bic"]

    @property
    def free_parameters(self) -> int:
        """How many parameters p were free."""
        return self._value["free_parameters"]

    @property
    def log_likelihood(self) -> float:
        """Their log-likelihood L, without binomial coefficients: that of the order of the runs too.
        """
        return self._value["log_likelihood"]

    @property
    def model(self) -> ModelFamily:
        """What runs share."""
        return self._value["model"]

    @property
    def parameters(self) -> Any:
        """Its parameters."""
        return self._value["parameters"]

    @property
    def rates(self) -> RateSharing:
        """Whether agents differ."""
        return self._value["rates"]


class Fractions(Answer):
    """Exact fractions. In JSON each is a text in lowest terms such as `"432817/500000"`, or an
    integer such as `"1"`.
    """
    __slots__ = ()

    @property
    def abstain(self) -> str:
        """No description."""
        return self._value["abstain"]

    @property
    def correct(self) -> str:
        """No description."""
        return self._value["correct"]

    @property
    def expected_calls(self) -> str:
        """No description."""
        return self._value["expected_calls"]

    @property
    def expected_cost(self) -> str | None:
        """No description."""
        return self._value.get("expected_cost")

    @property
    def expected_latency(self) -> str | None:
        """No description."""
        return self._value.get("expected_latency")

    @property
    def expected_validations(self) -> str:
        """No description."""
        return self._value["expected_validations"]

    @property
    def failure(self) -> str:
        """No description."""
        return self._value["failure"]

    @property
    def wrong(self) -> str:
        """No description."""
        return self._value["wrong"]


class Gain(Answer):
    """A difference in P(correct) on held-out tasks."""
    __slots__ = ()

    @property
    def difference(self) -> float:
        """The mean difference."""
        return self._value["difference"]

    @property
    def interval(self) -> Interval:
        """Its interval over tasks or clusters."""
        return Interval(*self._value["interval"])


class HeldOut(Answer):
    """How a model did on tasks that it was not fitted to."""
    __slots__ = ()

    @property
    def behind(self) -> HeldOutDifference | None:
        """The largest mean log-likelihood of all models with the same rates, equal or own, less this
        one's; `None` in the same case.
        """
        return optional(self._value.get("behind"), HeldOutDifference)

    @property
    def error(self) -> float:
        """The mean absolute error over any and all of two to five runs and the majority of three and
        of five: how far off it was.
        """
        return self._value["error"]

    @property
    def floor(self) -> float | None:
        """The error that a perfect model would have had on so many tasks, by sampling noise alone;
        `None` on halves of a single task.
        """
        return self._value.get("floor")

    @property
    def log_likelihood(self) -> float | None:
        """The mean log-likelihood of a task; `None` where a fit assigns probability 0 to a held-out
        task.
        """
        return self._value.get("log_likelihood")

    @property
    def votes(self) -> tuple[HeldOutVote, ...]:
        """Vote by vote."""
        return each(self._value["votes"], HeldOutVote)


class HeldOutChoice(Answer):
    """What was chosen on halves of the tasks, judged on the other halves."""
    __slots__ = ()

    @property
    def choices(self) -> int:
        """Number of choices that could be made and judged."""
        return self._value["choices"]

    @property
    def chosen(self) -> tuple[ChosenSystem, ...]:
        """What was chosen, most often first, and how often."""
        return each(self._value["chosen"], ChosenSystem)

    @property
    def correct(self) -> float:
        """P(correct) of the chosen systems on held-out tasks."""
        return self._value["correct"]

    @property
    def halvings(self) -> int:
        """Number of times that the tasks were halved; each halving makes two choices."""
        return self._value["halvings"]

    @property
    def interval(self) -> Interval:
        """Its interval over tasks or clusters."""
        return Interval(*self._value["interval"])

    @property
    def optimism(self) -> float:
        """How much more often what was chosen was correct on the half that it was chosen on than on
        the other, on average.
        """
        return self._value["optimism"]

    @property
    def optimism_of_wrong(self) -> float:
        """How much less often it was wrong there."""
        return self._value["optimism_of_wrong"]

    @property
    def over_best_by_rate(self) -> Gain | None:
        """The gain over a majority of as many agents, those with the smallest failure rates on the
        same half; null where one agent was always chosen, or is the only one.
        """
        return optional(self._value.get("over_best_by_rate"), Gain)

    @property
    def over_best_single(self) -> Gain:
        """The gain in P(correct) over the agent that was best on the same half."""
        return Gain(self._value["over_best_single"])

    @property
    def wrong(self) -> float:
        """P(wrong) of what was chosen."""
        return self._value["wrong"]


class HeldOutDifference(Answer):
    """The difference of two models' mean log-likelihoods of a held-out task."""
    __slots__ = ()

    @property
    def standard_error(self) -> float:
        """Its standard error, over halvings that overlap."""
        return self._value["standard_error"]

    @property
    def value(self) -> float:
        """The difference."""
        return self._value["value"]


class HeldOutPlurality(Answer):
    """How far off predictions were on tasks that neither the model nor the law was fitted to."""
    __slots__ = ()

    @property
    def error(self) -> PluralityShares:
        """The mean absolute error."""
        return PluralityShares(self._value["error"])

    @property
    def floor(self) -> PluralityShares | None:
        """The mean absolute error that a perfect model would have had, by sampling noise alone;
        `None` on halves of a single task.
        """
        return optional(self._value.get("floor"), PluralityShares)


class HeldOutVote(Answer):
    """A vote on tasks that a model was not fitted to, averaged over all halves."""
    __slots__ = ()

    @property
    def bias(self) -> float:
        """The mean difference, predicted less observed, from which that chance cancels."""
        return self._value["bias"]

    @property
    def floor(self) -> float | None:
        """The mean size of the difference that a perfect model would have had: √(2/π)·σ, σ being the
        standard error of the observed share of a half, over clusters where there are some; `None`
        on halves of a single task.
        """
        return self._value.get("floor")

    @property
    def mean_absolute_error(self) -> float:
        """The mean size of the difference within a half: it contains the chance of which tasks are
        in which half.
        """
        return self._value["mean_absolute_error"]

    @property
    def observed(self) -> float:
        """The observed share."""
        return self._value["observed"]

    @property
    def of(self) -> int:
        """How many are drawn."""
        return self._value["of"]

    @property
    def predicted(self) -> float:
        """The prediction of the model."""
        return self._value["predicted"]

    @property
    def vote(self) -> VoteKind:
        """Which outcome counts."""
        return self._value["vote"]


class LiftAnswer(Answer):
    """One change that would make a target reachable."""
    __slots__ = ()

    @property
    def accepts_correct(self) -> float | None:
        """P(a correct candidate is accepted) of the validator of `"accepts-wrong"`."""
        return self._value.get("accepts_correct")

    @property
    def change(self) -> str:
        """`"correlation"`, `"common-cause"`, `"failure-rate"`, `"failure-rates"` (`largest` is a
        factor of all), `"hardest-class"`, `"accepts-wrong"` or `"validator-failure-rate"`.
        """
        return self._value["change"]

    @property
    def choice(self) -> OptionAnswer:
        """The system that reaches the target then, or the best one."""
        return OptionAnswer(self._value["choice"])

    @property
    def class_(self) -> int | None:
        """The class of tasks, counted from 0, of `"hardest-class"`."""
        return self._value.get("class")

    @property
    def largest(self) -> float | None:
        """The largest value that is enough; null where none is."""
        return self._value.get("largest")

    @property
    def present(self) -> float | None:
        """The present value."""
        return self._value.get("present")


class Limit(Answer):
    """The probabilities of the three outcomes in the limit n → ∞."""
    __slots__ = ()

    @property
    def abstain(self) -> float:
        """P(abstain)."""
        return self._value["abstain"]

    @property
    def correct(self) -> float:
        """P(correct)."""
        return self._value["correct"]

    @property
    def failure(self) -> float:
        """P(abstain) + P(wrong), computed as a sum of its own: not one minus `correct`."""
        return self._value["failure"]

    @property
    def wrong(self) -> float:
        """P(wrong)."""
        return self._value["wrong"]


class LogAdvice(Answer):
    """What a log says of a plan."""
    __slots__ = ()

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents of the log."""
        return tuple(self._value["agents"])

    @property
    def best_single(self) -> Replay | None:
        """The replay of the agent that failed least in the log, alone."""
        return optional(self._value.get("best_single"), Replay)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be known before the plan is used."""
        return tuple(self._value["caveats"])

    @property
    def held_out(self) -> HeldOutChoice | None:
        """The choice, made on halves of the tasks and judged on the others; null where that is not
        possible.
        """
        return optional(self._value.get("held_out"), HeldOutChoice)

    @property
    def model(self) -> str:
        """The model that the plan is made with."""
        return self._value["model"]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the log should know."""
        return tuple(self._value["notes"])

    @property
    def partial(self) -> bool:
        """Whether the plan was interrupted before all choices were judged."""
        return self._value["partial"]

    @property
    def recommended(self) -> Recommendation | None:
        """What to build; null where nothing could be planned."""
        return optional(self._value.get("recommended"), Recommendation)

    @property
    def replays(self) -> tuple[Replay | None, ...]:
        """Replays of the systems of the frontier, in its order; null for one that the log cannot
        replay.
        """
        return each(self._value["replays"], lambda value: optional(value, Replay))

    @property
    def sources(self) -> tuple[SourceReport, ...]:
        """What was read, source by source."""
        return each(self._value["sources"], SourceReport)

    @property
    def tasks(self) -> int:
        """Number of tasks."""
        return self._value["tasks"]


class LogPlan(Answer):
    """A plan with the agents of logs."""
    __slots__ = ()

    @property
    def assumed(self) -> tuple[str, ...]:
        """What the options assume, a sentence each."""
        return tuple(self._value["assumed"])

    @property
    def best(self) -> Best | None:
        """The best number that was seen, where none reaches the target."""
        return optional(self._value.get("best"), Best)

    @property
    def correct(self) -> float:
        """P(correct) of the scenario as it is."""
        return self._value["correct"]

    @property
    def demand(self) -> Demanded:
        """What was requested."""
        return Demanded(self._value["demand"])

    @property
    def exceeded(self) -> dict[str, Ceiling]:
        """The limit of the demand that rules out what would reach the target, by the name of the
        part.
        """
        return dict(self._value["exceeded"])

    @property
    def intervals(self) -> PlanIntervals | None:
        """How sure the plan is, where rates were fitted to logs."""
        return optional(self._value.get("intervals"), PlanIntervals)

    @property
    def largest_failure_rate(self) -> float | None:
        """Largest failure rate with which the present number of agents meets the demand; null where
        none does.
        """
        return self._value.get("largest_failure_rate")

    @property
    def limit(self) -> Limit | None:
        """Outcomes in the limit of many agents."""
        return optional(self._value.get("limit"), Limit)

    @property
    def log(self) -> LogAdvice:
        """What the log says of it."""
        return LogAdvice(self._value["log"])

    @property
    def obstacle(self) -> Obstacles | None:
        """What stands in the way of the demand; null where it can be met."""
        return optional(self._value.get("obstacle"), Obstacles)

    @property
    def options(self) -> OptionsAnswer | None:
        """What could be built; null where `refused` says why."""
        return optional(self._value.get("options"), OptionsAnswer)

    @property
    def refused(self) -> dict[str, str]:
        """Why a part has no answer, by the name of the part."""
        return dict(self._value["refused"])

    @property
    def scenario(self) -> Scenario:
        """The scenario, its defaults filled in."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def smallest_count(self) -> int | None:
        """Smallest number of agents with which the scenario's own scheme meets the demand."""
        return self._value.get("smallest_count")

    @property
    def target(self) -> float:
        """The P(correct) to reach."""
        return self._value["target"]

    @property
    def tried(self) -> int | None:
        """Largest number tried, where none up to it reaches the target."""
        return self._value.get("tried")

    @property
    def unreachable(self) -> bool:
        """Whether it is proven that no number of agents does."""
        return self._value["unreachable"]


class MarginAnswer(Answer):
    """The margin of an `ahead-by` race with which several steps all succeed."""
    __slots__ = ()

    @property
    def correct(self) -> float:
        """P(all steps are correct)."""
        return self._value["correct"]

    @property
    def expected_calls(self) -> float | None:
        """Expected calls of all steps."""
        return self._value.get("expected_calls")

    @property
    def failure(self) -> float:
        """P(some step is not)."""
        return self._value["failure"]

    @property
    def margin(self) -> int:
        """Smallest margin that reaches the target."""
        return self._value["margin"]

    @property
    def scenario(self) -> Scenario:
        """The scenario with that margin."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def steps(self) -> int:
        """Number of steps."""
        return self._value["steps"]

    @property
    def target(self) -> float:
        """The P(all steps are correct) to reach."""
        return self._value["target"]


class MissingParts(Answer):
    """Parts of a split run that have not been counted, or not completely."""
    __slots__ = ()

    @property
    def missing(self) -> str:
        """Numbers of the missing parts as job arrays take them: `4` or `2-7,9`, empty if nothing is
        missing.
        """
        return self._value["missing"]

    @property
    def missing_trials(self) -> int:
        """Number of trials that have not been counted."""
        return self._value["missing_trials"]

    @property
    def of(self) -> int:
        """Number of parts that the run is split into."""
        return self._value["of"]

    @property
    def parts(self) -> tuple[tuple[int, ...], ...]:
        """The same numbers as ascending ranges, both ends included."""
        return each(self._value["parts"], tuple)

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def trials(self) -> int:
        """Number of trials of the whole run."""
        return self._value["trials"]


class ModelChoice(Answer):
    """How the model to trust was chosen, in two steps by one number: the mean log-likelihood of a
    held-out task.
    """
    __slots__ = ()

    @property
    def family(self) -> FamilyStep:
        """Step two, the family among the models with these rates."""
        return FamilyStep(self._value["family"])

    @property
    def rates(self) -> RateStep | None:
        """Step one, equal or own rates; `None` for one agent, which has one rate."""
        return optional(self._value.get("rates"), RateStep)


class ObservedVote(Answer):
    """How a vote did on the tasks of a log."""
    __slots__ = ()

    @property
    def left_out(self) -> int:
        """Tasks that are left out for want of them."""
        return self._value["left_out"]

    @property
    def share(self) -> float | None:
        """The mean over the tasks; nothing where all are left out."""
        return self._value.get("share")

    @property
    def standard_error(self) -> float | None:
        """Its standard error, from the spread over the tasks, or over the clusters of tasks where
        there are some; nothing below two of them.
        """
        return self._value.get("standard_error")

    @property
    def tasks(self) -> int:
        """Tasks on which enough agents, or runs, are there to be drawn."""
        return self._value["tasks"]


class Obstacles(Answer):
    """What stands in the way of a target."""
    __slots__ = ()

    @property
    def ceiling(self) -> Limit | None:
        """A majority vote in the limit of many agents."""
        return optional(self._value.get("ceiling"), Limit)

    @property
    def independent(self) -> AgentCount | None:
        """The same if their failures were independent; null where they are."""
        return optional(self._value.get("independent"), AgentCount)

    @property
    def lifts(self) -> tuple[LiftAnswer, ...]:
        """What would make the target reachable, each by itself."""
        return each(self._value["lifts"], LiftAnswer)

    @property
    def majority(self) -> AgentCount:
        """How many agents a majority takes."""
        return AgentCount(self._value["majority"])


class OptionAnswer(Answer):
    """A system that could be built."""
    __slots__ = ()

    @property
    def abstain(self) -> float:
        """P(abstain)."""
        return self._value["abstain"]

    @property
    def agents(self) -> int:
        """Number of agents."""
        return self._value["agents"]

    @property
    def correct(self) -> float:
        """P(correct)."""
        return self._value["correct"]

    @property
    def exceeded(self) -> Ceiling | None:
        """The first limit of the demand beside the target that it exceeds."""
        return self._value.get("exceeded")

    @property
    def expected_calls(self) -> float | None:
        """Expected calls per task."""
        return self._value.get("expected_calls")

    @property
    def expected_cost(self) -> float | None:
        """Expected cost of a task, where prices are given."""
        return self._value.get("expected_cost")

    @property
    def expected_latency(self) -> float | None:
        """Expected latency of a task, where latencies are given."""
        return self._value.get("expected_latency")

    @property
    def expected_validations(self) -> float | None:
        """Expected validations per task."""
        return self._value.get("expected_validations")

    @property
    def failure(self) -> float:
        """P(abstain) + P(wrong)."""
        return self._value["failure"]

    @property
    def meets(self) -> bool:
        """Whether it meets the demand."""
        return self._value["meets"]

    @property
    def members(self) -> tuple[int, ...] | None:
        """Which of the agents, counted from 0, where they differ, in the order of the system."""
        return optional(self._value.get("members"), tuple)

    @property
    def name(self) -> str:
        """The system of named agents, such as `"majority(ada, bob, eve)"`; else the scheme and its
        size, such as `"majority of 7"`.
        """
        return self._value["name"]

    @property
    def names(self) -> tuple[str, ...] | None:
        """Their names, where they have names."""
        return optional(self._value.get("names"), tuple)

    @property
    def price(self) -> float | None:
        """Expected price per task."""
        return self._value.get("price")

    @property
    def scenario(self) -> Scenario:
        """The system as a scenario."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def wrong(self) -> float:
        """P(wrong)."""
        return self._value["wrong"]


class OptionsAnswer(Answer):
    """What could be built."""
    __slots__ = ()

    @property
    def best_single(self) -> OptionAnswer | None:
        """The one agent with the largest P(correct)."""
        return optional(self._value.get("best_single"), OptionAnswer)

    @property
    def cheapest(self) -> OptionAnswer | None:
        """The cheapest that meets the demand."""
        return optional(self._value.get("cheapest"), OptionAnswer)

    @property
    def cheapest_for_target(self) -> OptionAnswer | None:
        """The cheapest that meets the target, whatever the rest of the demand."""
        return optional(self._value.get("cheapest_for_target"), OptionAnswer)

    @property
    def considered(self) -> int:
        """Number of systems that were compared."""
        return self._value["considered"]

    @property
    def frontier(self) -> tuple[OptionAnswer, ...]:
        """The systems that no other one beats in both price and reliability, the cheapest first.
        """
        return each(self._value["frontier"], OptionAnswer)

    @property
    def left_out(self) -> dict[str, str]:
        """Why something was not considered, by the name of the scheme, `"teams"` or `"repeated
        calls"`.
        """
        return dict(self._value["left_out"])

    @property
    def most_reliable(self) -> OptionAnswer:
        """The one with the largest P(correct)."""
        return OptionAnswer(self._value["most_reliable"])

    @property
    def price(self) -> str:
        """What a price is: `"cost"` as the scenario gives it, or `"calls"` and validations together.
        """
        return self._value["price"]


class OutcomeDifference(Answer):
    """The simulated difference of one probability."""
    __slots__ = ()

    @property
    def estimate(self) -> float | None:
        """The estimate; null without trials."""
        return self._value.get("estimate")

    @property
    def interval(self) -> Interval:
        """Confidence interval."""
        return Interval(*self._value["interval"])


class OutcomeParts(Answer):
    """The two ways to fail."""
    __slots__ = ()

    @property
    def abstain(self) -> TiltedShare:
        """P(abstain)."""
        return TiltedShare(self._value["abstain"])

    @property
    def wrong(self) -> TiltedShare:
        """P(wrong)."""
        return TiltedShare(self._value["wrong"])


class PairCollision(Answer):
    """How often two agents agree when both are wrong."""
    __slots__ = ()

    @property
    def agents(self) -> tuple[int, int]:
        """The two, the smaller number first."""
        return tuple(self._value["agents"])

    @property
    def estimate(self) -> float:
        """The share of pairs of wrong runs that agree."""
        return self._value["estimate"]

    @property
    def wrong_pairs(self) -> int:
        """Number of pairs of wrong runs."""
        return self._value["wrong_pairs"]


class PairComparison(Answer):
    """Two systems, paired on the same tasks."""
    __slots__ = ()

    @property
    def both(self) -> float:
        """Number of tasks on which both are correct: expected numbers of independent draws where a
        system's success on a task is only a probability.
        """
        return self._value["both"]

    @property
    def clusters(self) -> int | None:
        """Number of clusters, where tasks are in clusters."""
        return self._value.get("clusters")

    @property
    def confidence(self) -> float:
        """The confidence of the interval."""
        return self._value["confidence"]

    @property
    def detectable(self) -> float:
        """The smallest difference that so many tasks would have shown at this confidence with
        `power`: a normal approximation with the observed share of discordant tasks; with
        clusters, or where runs are drawn, with the observed variance of the difference. Without
        any discordant task it is 0 and says nothing.
        """
        return self._value["detectable"]

    @property
    def difference(self) -> float:
        """P(correct) of the second less that of the first."""
        return self._value["difference"]

    @property
    def first(self) -> str:
        """The first system."""
        return self._value["first"]

    @property
    def first_alone(self) -> float:
        """Number of tasks on which the first alone is."""
        return self._value["first_alone"]

    @property
    def interval(self) -> Interval:
        """Its interval, over tasks or clusters."""
        return Interval(*self._value["interval"])

    @property
    def mcnemar(self) -> float | None:
        """McNemar's exact p-value; null where a system's success on a task is only a probability.
        """
        return self._value.get("mcnemar")

    @property
    def mcnemar_holm(self) -> float | None:
        """The exact p-value after Holm's correction for several pairs; null likewise."""
        return self._value.get("mcnemar_holm")

    @property
    def mcnemar_mid(self) -> float | None:
        """McNemar's mid-p value; null likewise."""
        return self._value.get("mcnemar_mid")

    @property
    def neither(self) -> float:
        """Number of tasks on which neither is."""
        return self._value["neither"]

    @property
    def power(self) -> float:
        """Probability of seeing it."""
        return self._value["power"]

    @property
    def second(self) -> str:
        """The second system."""
        return self._value["second"]

    @property
    def second_alone(self) -> float:
        """Number of tasks on which the second alone is."""
        return self._value["second_alone"]

    @property
    def tasks(self) -> int:
        """Number of tasks on which both have the runs that they need."""
        return self._value["tasks"]

    @property
    def tasks_needed(self) -> int | None:
        """How many tasks would settle the difference that was seen, in the same approximation; null
        for none.
        """
        return self._value.get("tasks_needed")

    @property
    def worse_than_gate(self) -> bool | None:
        """Whether the second is worse than the first by more than the gate, which the interval
        excludes. Set only for pairs that include the first system, and only with a gate.
        """
        return self._value.get("worse_than_gate")


class ParameterAnswer(Answer):
    """A parameter of a scheme."""
    __slots__ = ()

    @property
    def meaning(self) -> str:
        """What it means."""
        return self._value["meaning"]

    @property
    def name(self) -> str:
        """Its key."""
        return self._value["name"]


class PassesAtK(Answer):
    """pass^k and pass@k at a k that was asked for."""
    __slots__ = ()

    @property
    def k(self) -> int:
        """Number of runs that are drawn."""
        return self._value["k"]

    @property
    def pass_all(self) -> float | None:
        """pass^k on these tasks; `None` without such a task."""
        return self._value.get("pass_all")

    @property
    def pass_any(self) -> float | None:
        """pass@k on these tasks; `None` without such a task."""
        return self._value.get("pass_any")

    @property
    def tasks(self) -> int:
        """Number of tasks with enough runs for the largest k that was asked for."""
        return self._value["tasks"]


class Phi(Answer):
    """φ, the correlation of the failures of two agents, where a scenario gives the correlation of
    their latent normals. It depends on their failure rates: the smallest and the largest of all
    pairs.
    """
    __slots__ = ()

    @property
    def correlation(self) -> Interval:
        """Of two agents, of different groups where there are groups."""
        return Interval(*self._value["correlation"])

    @property
    def within(self) -> Interval | None:
        """Of two agents of one group."""
        return optional(self._value.get("within"), lambda value: Interval(*value))


class PipelineEstimate(Answer):
    """A probability of the pipeline."""
    __slots__ = ()

    @property
    def interval(self) -> Interval:
        """Its interval."""
        return Interval(*self._value["interval"])

    @property
    def more_tasks(self) -> int:
        """Number of additional tasks that make the interval narrow enough, if rates stay as they
        are.
        """
        return self._value["more_tasks"]

    @property
    def more_tasks_for_sign(self) -> int | None:
        """For a difference: number of additional tasks until the interval excludes zero, if rates
        stay as they are; `None` if there is no difference.
        """
        return self._value.get("more_tasks_for_sign")

    @property
    def value(self) -> float:
        """At the rates seen."""
        return self._value["value"]


class PlanAnswer(Answer):
    """What it takes to reach a target."""
    __slots__ = ()

    @property
    def assumed(self) -> tuple[str, ...]:
        """What the options assume, a sentence each."""
        return tuple(self._value["assumed"])

    @property
    def best(self) -> Best | None:
        """The best number that was seen, where none reaches the target."""
        return optional(self._value.get("best"), Best)

    @property
    def correct(self) -> float:
        """P(correct) of the scenario as it is."""
        return self._value["correct"]

    @property
    def demand(self) -> Demanded:
        """What was requested."""
        return Demanded(self._value["demand"])

    @property
    def exceeded(self) -> dict[str, Ceiling]:
        """The limit of the demand that rules out what would reach the target, by the name of the
        part.
        """
        return dict(self._value["exceeded"])

    @property
    def intervals(self) -> PlanIntervals | None:
        """How sure the plan is, where rates were fitted to logs."""
        return optional(self._value.get("intervals"), PlanIntervals)

    @property
    def largest_failure_rate(self) -> float | None:
        """Largest failure rate with which the present number of agents meets the demand; null where
        none does.
        """
        return self._value.get("largest_failure_rate")

    @property
    def limit(self) -> Limit | None:
        """Outcomes in the limit of many agents."""
        return optional(self._value.get("limit"), Limit)

    @property
    def obstacle(self) -> Obstacles | None:
        """What stands in the way of the demand; null where it can be met."""
        return optional(self._value.get("obstacle"), Obstacles)

    @property
    def options(self) -> OptionsAnswer | None:
        """What could be built; null where `refused` says why."""
        return optional(self._value.get("options"), OptionsAnswer)

    @property
    def refused(self) -> dict[str, str]:
        """Why a part has no answer, by the name of the part."""
        return dict(self._value["refused"])

    @property
    def scenario(self) -> Scenario:
        """The scenario, its defaults filled in."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def smallest_count(self) -> int | None:
        """Smallest number of agents with which the scenario's own scheme meets the demand."""
        return self._value.get("smallest_count")

    @property
    def target(self) -> float:
        """The P(correct) to reach."""
        return self._value["target"]

    @property
    def tried(self) -> int | None:
        """Largest number tried, where none up to it reaches the target."""
        return self._value.get("tried")

    @property
    def unreachable(self) -> bool:
        """Whether it is proven that no number of agents does."""
        return self._value["unreachable"]


class PlanIntervals(Answer):
    """How sure a plan is."""
    __slots__ = ()

    @property
    def choices(self) -> tuple[ChoiceUncertainty, ...]:
        """Intervals of systems."""
        return each(self._value["choices"], ChoiceUncertainty)

    @property
    def level(self) -> float:
        """Share of the replicates that an interval holds."""
        return self._value["level"]

    @property
    def replicas(self) -> int:
        """Number of bootstrap replicates."""
        return self._value["replicas"]

    @property
    def smallest_majority(self) -> CountUncertainty:
        """Interval of the number of agents that a majority takes."""
        return CountUncertainty(self._value["smallest_majority"])


class PluralityFit(Answer):
    """A plurality of k answers."""
    __slots__ = ()

    @property
    def held_out(self) -> HeldOutPlurality | None:
        """How far off this was on held-out tasks, of two to five votes."""
        return optional(self._value.get("held_out"), HeldOutPlurality)

    @property
    def intervals(self) -> PluralityIntervals:
        """Its intervals from redrawn tasks."""
        return PluralityIntervals(self._value["intervals"])

    @property
    def left_out(self) -> int:
        """Tasks that are left out for want of them."""
        return self._value["left_out"]

    @property
    def observed(self) -> PluralityShares:
        """The mean over tasks and over all draws without replacement."""
        return PluralityShares(self._value["observed"])

    @property
    def of(self) -> int:
        """How many answers are drawn."""
        return self._value["of"]

    @property
    def predicted(self) -> PluralityShares | None:
        """What the trusted model predicts with the fitted law of wrong answers and the share of
        failures that vote, if there is such a model.
        """
        return optional(self._value.get("predicted"), PluralityShares)

    @property
    def tasks(self) -> int:
        """Tasks with enough answers."""
        return self._value["tasks"]

    @property
    def vote(self) -> PluralityVote:
        """The vote."""
        return self._value["vote"]


class PluralityIntervals(Answer):
    """Intervals of what a plurality does."""
    __slots__ = ()

    @property
    def abstain(self) -> Interval | None:
        """Interval of P(abstain)."""
        return optional(self._value.get("abstain"), lambda value: Interval(*value))

    @property
    def correct(self) -> Interval | None:
        """Interval of P(correct)."""
        return optional(self._value.get("correct"), lambda value: Interval(*value))

    @property
    def wrong(self) -> Interval | None:
        """Interval of P(wrong)."""
        return optional(self._value.get("wrong"), lambda value: Interval(*value))


class PluralityShares(Answer):
    """Probabilities, or observed shares, of what a plurality does."""
    __slots__ = ()

    @property
    def abstain(self) -> float:
        """Several answers have the most votes, or nobody votes."""
        return self._value["abstain"]

    @property
    def correct(self) -> float:
        """The right answer has more votes than any other."""
        return self._value["correct"]

    @property
    def wrong(self) -> float:
        """A wrong answer has more votes than any other."""
        return self._value["wrong"]


class RareSimulation(Answer):
    """A rare outcome of a scenario, estimated by importance sampling."""
    __slots__ = ()

    @property
    def rare(self) -> Tilted:
        """What the trials say."""
        return Tilted(self._value["rare"])

    @property
    def scenario(self) -> Scenario:
        """The scenario, its defaults filled in."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]


class RateEstimate(Answer):
    """A rate that was estimated from counts."""
    __slots__ = ()

    @property
    def clopper_pearson(self) -> Interval:
        """Clopper and Pearson's exact interval, for independent runs."""
        return Interval(*self._value["clopper_pearson"])

    @property
    def count(self) -> int:
        """Number of candidates for which it was true."""
        return self._value["count"]

    @property
    def design_effect(self) -> float:
        """Kish's design effect: variance divided by that of independent runs; at least 1."""
        return self._value["design_effect"]

    @property
    def of(self) -> int:
        """Number of candidates."""
        return self._value["of"]

    @property
    def rate(self) -> float:
        """The estimate, `count` divided by `of`: candidates count the same, and a task as often as
        it has candidates.
        """
        return self._value["rate"]

    @property
    def wilson(self) -> Interval:
        """Wilson's interval, which is shorter and has its confidence on average."""
        return Interval(*self._value["wilson"])


class RateStep(Answer):
    """Step one: the best model with equal rates against the best with own rates."""
    __slots__ = ()

    @property
    def equal(self) -> int | None:
        """Place of the best model with equal rates, if any could be tested."""
        return self._value.get("equal")

    @property
    def gain(self) -> HeldOutDifference | None:
        """What own rates gain over equal ones, where both could be tested."""
        return optional(self._value.get("gain"), HeldOutDifference)

    @property
    def own(self) -> int | None:
        """Place of the best model with own rates, if any could be tested."""
        return self._value.get("own")

    @property
    def rates(self) -> RateSharing:
        """The rates that were chosen."""
        return self._value["rates"]

    @property
    def reason(self) -> RateReason:
        """Why."""
        return self._value["reason"]


class Recommendation(Answer):
    """What to build."""
    __slots__ = ()

    @property
    def correct(self) -> float:
        """P(correct): its replay, less what choosing it on the same tasks flatters; else by the
        model.
        """
        return self._value["correct"]

    @property
    def instead_of(self) -> str | None:
        """The team that was rejected in favor of one agent because it gained nothing on held-out
        tasks; null otherwise.
        """
        return self._value.get("instead_of")

    @property
    def interval(self) -> Interval | None:
        """The interval of P(correct); null where the model has none."""
        return optional(self._value.get("interval"), lambda value: Interval(*value))

    @property
    def judged(self) -> Judged:
        """Where these come from."""
        return self._value["judged"]

    @property
    def meets(self) -> bool:
        """Whether it meets the demand: by the model and by its replay; by the replay alone if the
        log contradicts every model, and by the model alone if the log cannot replay it.
        """
        return self._value["meets"]

    @property
    def name(self) -> str:
        """The system, as one writes it if the log can replay it, else by its name among the options.
        """
        return self._value["name"]

    @property
    def not_replayed(self) -> str | None:
        """Why the log cannot."""
        return self._value.get("not_replayed")

    @property
    def replay(self) -> Replay | None:
        """The replay on all tasks, on which it was chosen; null where the log cannot replay it.
        """
        return optional(self._value.get("replay"), Replay)

    @property
    def wrong(self) -> float:
        """P(wrong), likewise."""
        return self._value["wrong"]


class Replay(Answer):
    """What a system gives on the recorded runs."""
    __slots__ = ()

    @property
    def abstain(self) -> float:
        """P(abstain)."""
        return self._value["abstain"]

    @property
    def calls(self) -> float:
        """Expected calls of a task."""
        return self._value["calls"]

    @property
    def clusters(self) -> int | None:
        """Number of clusters of tasks that have such tasks, where tasks are in clusters."""
        return self._value.get("clusters")

    @property
    def confidence(self) -> float:
        """The confidence of the intervals."""
        return self._value["confidence"]

    @property
    def correct(self) -> float:
        """P(correct): the mean over the tasks and over all ways to draw the runs of each."""
        return self._value["correct"]

    @property
    def cost(self) -> float | None:
        """Expected cost of a task, where the log says what a run of every agent costs: the calls of
        each agent at the mean cost of its runs.
        """
        return self._value.get("cost")

    @property
    def interval(self) -> Interval:
        """The interval of P(correct), over tasks or clusters of tasks."""
        return Interval(*self._value["interval"])

    @property
    def latency_ms(self) -> float | None:
        """Expected time of a task in milliseconds, where the log has the times of every agent, which
        are the means of its runs: the stages one after another, the slowest agent of a stage, the
        calls of a race one after another.
        """
        return self._value.get("latency_ms")

    @property
    def left_out(self) -> int:
        """Number of tasks that were left out, because some agent has too few runs there."""
        return self._value["left_out"]

    @property
    def saved_calls(self) -> float | None:
        """Of a race: how many calls it saves on average by stopping when it is decided, of all that
        it may make; null where their number is not limited, and of systems that do not stop
        early.
        """
        return self._value.get("saved_calls")

    @property
    def system(self) -> str:
        """The system, as one writes it."""
        return self._value["system"]

    @property
    def tasks(self) -> int:
        """Number of tasks on which every agent of the system has the runs that it needs."""
        return self._value["tasks"]

    @property
    def tasks_drawn(self) -> int:
        """Number of tasks for which orders of runs were drawn, because there are too many to count
        all.
        """
        return self._value["tasks_drawn"]

    @property
    def undecided(self) -> float:
        """Share of the tasks that were not decided when their runs ended, of a race without
        `max_calls`: they abstain.
        """
        return self._value["undecided"]

    @property
    def wrong(self) -> float:
        """P(wrong)."""
        return self._value["wrong"]

    @property
    def wrong_interval(self) -> Interval:
        """The interval of P(wrong)."""
        return Interval(*self._value["wrong_interval"])


class ReplayAnswer(Answer):
    """An answer from another module, preceded by the version."""
    __slots__ = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know."""
        return tuple(self._value["notes"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def sources(self) -> tuple[SourceReport, ...]:
        """What was read, source by source."""
        return each(self._value["sources"], SourceReport)

    @property
    def systems(self) -> tuple[Replay, ...]:
        """The systems, in the order given."""
        return each(self._value["systems"], Replay)

    @property
    def wrong_answers(self) -> WrongAnswers | None:
        """How wrong runs without a recorded answer vote; null if all have one."""
        return self._value.get("wrong_answers")


class Resampling(Answer):
    """What a pipeline can reach with another number of attempts."""
    __slots__ = ()

    @property
    def least_failure(self) -> float:
        """P(failure) for the same number of attempts: not one minus `most_correct`."""
        return self._value["least_failure"]

    @property
    def most_correct(self) -> float:
        """Maximum of P(correct). With `fallback = "abstain"` it is the limit as the number of
        attempts → ∞, which no number of attempts exceeds: a wrong candidate that is accepted ends
        them. With `fallback = "keep"` it is the largest of that limit, of one attempt and of the
        scenario's own number of attempts; where all tasks are alike, no other number of attempts
        exceeds it.
        """
        return self._value["most_correct"]

    @property
    def wrong_given_answered(self) -> float | None:
        """P(wrong) among the answers that this scenario gives; NaN where it never gives one."""
        return self._value.get("wrong_given_answered")


class ScenarioComparison(Answer):
    """Two scenarios, exact and simulated. Differences are those of the second less those of the
    first.
    """
    __slots__ = ()

    @property
    def cascade(self) -> CascadeGain | None:
        """What asking the first stages first saves and costs, where one scenario is a cascade and
        the other its last stage.
        """
        return optional(self._value.get("cascade"), CascadeGain)

    @property
    def difference(self) -> Difference | None:
        """The exact difference; null where one has no exact answer."""
        return optional(self._value.get("difference"), Difference)

    @property
    def first(self) -> Side:
        """The first scenario."""
        return Side(self._value["first"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def second(self) -> Side:
        """The second scenario."""
        return Side(self._value["second"])

    @property
    def simulated_difference(self) -> SimulatedDifference | None:
        """The simulated difference; null where one cannot be simulated."""
        return optional(self._value.get("simulated_difference"), SimulatedDifference)


class SchemeAnswer(Answer):
    """A scheme."""
    __slots__ = ()

    @property
    def example(self) -> str:
        """A scenario in TOML that runs."""
        return self._value["example"]

    @property
    def meaning(self) -> str:
        """What it does, in one sentence."""
        return self._value["meaning"]

    @property
    def parameters(self) -> tuple[ParameterAnswer, ...]:
        """Its parameters."""
        return each(self._value["parameters"], ParameterAnswer)

    @property
    def rule(self) -> str:
        """Its name in a scenario."""
        return self._value["rule"]

    @property
    def source(self) -> str:
        """Source of its definition."""
        return self._value["source"]


class SchemesAnswer(Answer):
    """Every scheme, as data about itself."""
    __slots__ = ()

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def schemes(self) -> tuple[SchemeAnswer, ...]:
        """The schemes."""
        return each(self._value["schemes"], SchemeAnswer)


class Side(Answer):
    """One of two scenarios."""
    __slots__ = ()

    @property
    def exact(self) -> Exact | None:
        """The closed form; null where one of the two has none."""
        return optional(self._value.get("exact"), Exact)

    @property
    def scenario(self) -> Scenario:
        """The scenario, its defaults filled in."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def simulated(self) -> Simulated | None:
        """What was counted; null where one of the two cannot be simulated."""
        return optional(self._value.get("simulated"), Simulated)


class Simulated(Answer):
    """Trials by outcome."""
    __slots__ = ()

    @property
    def abstain(self) -> int:
        """No description."""
        return self._value["abstain"]

    @property
    def confidence(self) -> float:
        """Confidence level of the interval."""
        return self._value["confidence"]

    @property
    def correct(self) -> int:
        """No description."""
        return self._value["correct"]

    @property
    def estimate(self) -> float | None:
        """Estimate of P(correct); null without trials."""
        return self._value.get("estimate")

    @property
    def interval(self) -> Interval:
        """Confidence interval of P(correct)."""
        return Interval(*self._value["interval"])

    @property
    def partial(self) -> bool:
        """Whether the run was stopped early."""
        return self._value["partial"]

    @property
    def seed(self) -> int:
        """Seed of the trials."""
        return self._value["seed"]

    @property
    def trials(self) -> int:
        """Number of trials."""
        return self._value["trials"]

    @property
    def wrong(self) -> int:
        """No description."""
        return self._value["wrong"]


class SimulatedDifference(Answer):
    """A simulated difference."""
    __slots__ = ()

    @property
    def abstain(self) -> OutcomeDifference:
        """Difference of P(abstain)."""
        return OutcomeDifference(self._value["abstain"])

    @property
    def common_random_numbers(self) -> bool:
        """Whether both scenarios see the same answers in every trial."""
        return self._value["common_random_numbers"]

    @property
    def confidence(self) -> float:
        """Confidence level of the intervals."""
        return self._value["confidence"]

    @property
    def correct(self) -> OutcomeDifference:
        """Difference of P(correct)."""
        return OutcomeDifference(self._value["correct"])

    @property
    def joint(self) -> tuple[tuple[int, ...], ...] | None:
        """Numbers of trials: a row for each outcome of the first, a column for each of the second;
        null where they share no answers.
        """
        return optional(self._value.get("joint"), lambda value: each(value, tuple))

    @property
    def partial(self) -> bool:
        """Whether the run was stopped early."""
        return self._value["partial"]

    @property
    def wrong(self) -> OutcomeDifference:
        """Difference of P(wrong)."""
        return OutcomeDifference(self._value["wrong"])


class Simulation(Answer):
    """The simulated outcome of a scenario."""
    __slots__ = ()

    @property
    def phi(self) -> Phi | None:
        """Correlations of failures, where the scenario gives those of latent normals."""
        return optional(self._value.get("phi"), Phi)

    @property
    def scenario(self) -> Scenario:
        """The scenario, its defaults filled in."""
        return Scenario.from_dict(self._value["scenario"])

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def simulated(self) -> Simulated:
        """What was counted."""
        return Simulated(self._value["simulated"])

    @property
    def steps(self) -> Steps | None:
        """The outcome of several independent tasks, if requested: estimate and interval of one task,
        raised to their number.
        """
        return optional(self._value.get("steps"), Steps)

    @property
    def until_error(self) -> UntilError | None:
        """How the number of trials was decided, if a half-width was requested."""
        return optional(self._value.get("until_error"), UntilError)


class SourceReport(Answer):
    """What was found in one source."""
    __slots__ = ()

    @property
    def correct(self) -> int:
        """Those of them that were correct."""
        return self._value["correct"]

    @property
    def format(self) -> str:
        """Its format."""
        return self._value["format"]

    @property
    def left_out(self) -> dict[str, int]:
        """Runs that say nothing about the agent, by the reason."""
        return dict(self._value["left_out"])

    @property
    def name(self) -> str:
        """The file's name."""
        return self._value["name"]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the results should know: totals that differ from those that the log
        states, a run that was cancelled.
        """
        return tuple(self._value["notes"])

    @property
    def runs(self) -> int:
        """Runs that count."""
        return self._value["runs"]


class Steps(Answer):
    """The outcome of a number of independent tasks, all of which must be correct: with p =
    P(correct) of one, pˢ; and the first task that is not correct abstains or is wrong, each in
    its share of 1 − pˢ.

    # Accuracy p enters by its logarithm, so that pˢ is within 2⁻⁵² · (4 + |ln pˢ|) of itself; 1 −
    pˢ is −expm1(s·ln p), and keeps its digits where it is small.

    # Testing In this file against exact fractions; the margins of a million steps, which are the
    same power, against published ones in `tests/exact/known_values.rs`.
    """
    __slots__ = ()

    @property
    def abstain(self) -> float | None:
        """P(the first that is not correct is an abstention)."""
        return self._value.get("abstain")

    @property
    def correct(self) -> float | None:
        """P(all are correct); null without trials."""
        return self._value.get("correct")

    @property
    def interval(self) -> Interval | None:
        """Confidence interval of `correct`, where one task was simulated: that of one task, raised
        to the power.
        """
        return optional(self._value.get("interval"), lambda value: Interval(*value))

    @property
    def ln_correct(self) -> float | None:
        """Natural logarithm of `correct`; null for zero."""
        return self._value.get("ln_correct")

    @property
    def steps(self) -> int:
        """Number of tasks."""
        return self._value["steps"]

    @property
    def wrong(self) -> float | None:
        """P(the first that is not correct is wrong)."""
        return self._value.get("wrong")


class SweepCell(Answer):
    """The answer for one combination of values."""
    __slots__ = ()

    @property
    def exact(self) -> Exact:
        """Probabilities of the three outcomes, and expected effort."""
        return Exact(self._value["exact"])

    @property
    def over(self) -> dict[str, int | float | str]:
        """The swept keys and their values."""
        return dict(self._value["over"])

    @property
    def partial(self) -> bool | None:
        """`true` in the last cell of a sweep that was stopped after it; else omitted."""
        return self._value.get("partial")

    @property
    def schema(self) -> int:
        """Version of this object."""
        return self._value["schema"]

    @property
    def simulated(self) -> Simulated | None:
        """What was counted, if trials were requested."""
        return optional(self._value.get("simulated"), Simulated)


class TasksByK(Answer):
    """Number of tasks with at least k runs."""
    __slots__ = ()

    @property
    def k(self) -> int:
        """The largest k with this number of tasks."""
        return self._value["k"]

    @property
    def tasks(self) -> int:
        """Number of tasks with at least k runs."""
        return self._value["tasks"]


class Tilted(Answer):
    """Importance-sampled (tilted) trials, each weighted by its likelihood ratio."""
    __slots__ = ()

    @property
    def confidence(self) -> float:
        """Confidence level of the intervals."""
        return self._value["confidence"]

    @property
    def detectable_relative_bias(self) -> float | None:
        """In a check, the smallest relative shift of the probability that it would detect with power
        99.9 %.
        """
        return self._value.get("detectable_relative_bias")

    @property
    def effective_sample_size(self) -> float:
        """Effective sample size: this many trials of equal weight would say as much."""
        return self._value["effective_sample_size"]

    @property
    def estimate(self) -> float:
        """The estimate."""
        return self._value["estimate"]

    @property
    def estimated(self) -> str:
        """The event that was made likely: `"failure"` or `"correct"`."""
        return self._value["estimated"]

    @property
    def interval(self) -> Interval:
        """Confidence interval."""
        return Interval(*self._value["interval"])

    @property
    def ln_estimate(self) -> float | None:
        """Its natural logarithm, right where the estimate underflows; null for zero."""
        return self._value.get("ln_estimate")

    @property
    def ln_interval(self) -> tuple[float | None, ...]:
        """Natural logarithms of its ends, likewise."""
        return tuple(self._value["ln_interval"])

    @property
    def method(self) -> str:
        """`"tilted"`."""
        return self._value["method"]

    @property
    def partial(self) -> bool:
        """Whether the run was stopped early."""
        return self._value["partial"]

    @property
    def parts(self) -> OutcomeParts | None:
        """What the same trials say about the two ways to fail, where failure was made likely."""
        return optional(self._value.get("parts"), OutcomeParts)

    @property
    def seed(self) -> int:
        """Seed of the trials."""
        return self._value["seed"]

    @property
    def trials(self) -> int:
        """Number of trials."""
        return self._value["trials"]


class TiltedShare(Answer):
    """A probability estimated by tilted trials."""
    __slots__ = ()

    @property
    def effective_sample_size(self) -> float:
        """Effective sample size: this many trials of equal weight would say as much."""
        return self._value["effective_sample_size"]

    @property
    def estimate(self) -> float:
        """The estimate."""
        return self._value["estimate"]

    @property
    def interval(self) -> Interval:
        """Confidence interval."""
        return Interval(*self._value["interval"])

    @property
    def ln_estimate(self) -> float | None:
        """Its natural logarithm, right where the estimate underflows; null for zero."""
        return self._value.get("ln_estimate")

    @property
    def ln_interval(self) -> tuple[float | None, ...]:
        """Natural logarithms of its ends, likewise."""
        return tuple(self._value["ln_interval"])


class TrustedModel(Answer):
    """The model to trust."""
    __slots__ = ()

    @property
    def choice(self) -> ModelChoice:
        """The two steps in which it was chosen."""
        return ModelChoice(self._value["choice"])

    @property
    def failure_rate(self) -> float:
        """The mean failure rate of the agents that makes the log most likely under the model: under
        independence that of pooled runs.
        """
        return self._value["failure_rate"]

    @property
    def failure_rate_interval(self) -> Interval | None:
        """Its interval, from fits to tasks that are drawn again."""
        return optional(self._value.get("failure_rate_interval"), lambda value: Interval(*value))

    @property
    def model(self) -> int:
        """Its place among the models."""
        return self._value["model"]

    @property
    def repeats(self) -> float | None:
        """The fitted correlation of the failures of two runs of one agent, where the model has one
        of its own for them.
        """
        return self._value.get("repeats")

    @property
    def repeats_interval(self) -> Interval | None:
        """Its interval."""
        return optional(self._value.get("repeats_interval"), lambda value: Interval(*value))

    @property
    def scenario(self) -> Scenario:
        """A majority of the agents with these rates and what they share: of several with their
        names, and with their prices where the logs say so of all.
        """
        return Scenario.from_dict(self._value["scenario"])

    @property
    def shared(self) -> float | None:
        """The fitted correlation, or the probability of a common cause; `None` where the model has
        neither.
        """
        return self._value.get("shared")

    @property
    def shared_interval(self) -> Interval | None:
        """Its interval."""
        return optional(self._value.get("shared_interval"), lambda value: Interval(*value))


class UntilError(Answer):
    """How the number of trials was decided."""
    __slots__ = ()

    @property
    def asked(self) -> float:
        """The requested half-width of the interval of P(correct)."""
        return self._value["asked"]

    @property
    def capped(self) -> bool:
        """Whether it takes more trials than were allowed."""
        return self._value["capped"]

    @property
    def half_width(self) -> float:
        """The half-width reached."""
        return self._value["half_width"]

    @property
    def pilot_trials(self) -> int:
        """Number of trials that decided it. They are not counted."""
        return self._value["pilot_trials"]


class Validation(Answer):
    """What a validator's verdicts say."""
    __slots__ = ()

    @property
    def accepts_correct(self) -> RateEstimate | None:
        """Correct candidates that are accepted; `None` if the log has no correct candidate."""
        return optional(self._value.get("accepts_correct"), RateEstimate)

    @property
    def accepts_wrong(self) -> RateEstimate | None:
        """Wrong candidates that are accepted; `None` if the log has no wrong candidate."""
        return optional(self._value.get("accepts_wrong"), RateEstimate)

    @property
    def correct(self) -> PipelineEstimate | None:
        """P(correct)."""
        return optional(self._value.get("correct"), PipelineEstimate)

    @property
    def exact(self) -> Exact | None:
        """All that the pipeline does at the rates seen."""
        return optional(self._value.get("exact"), Exact)

    @property
    def failure_rate(self) -> RateEstimate:
        """Candidates that are wrong, out of all candidates pooled."""
        return RateEstimate(self._value["failure_rate"])

    @property
    def fewer_wrong(self) -> PipelineEstimate | None:
        """P(wrong) of the candidate alone, less that of the pipeline."""
        return optional(self._value.get("fewer_wrong"), PipelineEstimate)

    @property
    def gain(self) -> PipelineEstimate | None:
        """P(correct) of the pipeline, less that of the candidate alone."""
        return optional(self._value.get("gain"), PipelineEstimate)

    @property
    def scenario(self) -> Scenario | None:
        """The pipeline. This and all that follows is `None` where one of these rates is."""
        return optional(self._value.get("scenario"), Scenario.from_dict)

    @property
    def tasks(self) -> int:
        """How many tasks."""
        return self._value["tasks"]

    @property
    def validator(self) -> str:
        """The validator: the name of its log, without folders and ending."""
        return self._value["validator"]

    @property
    def wrong(self) -> PipelineEstimate | None:
        """P(wrong)."""
        return optional(self._value.get("wrong"), PipelineEstimate)


class VoteFit(Answer):
    """A vote on all tasks."""
    __slots__ = ()

    @property
    def observed(self) -> ObservedVote:
        """The observed share."""
        return ObservedVote(self._value["observed"])

    @property
    def of(self) -> int:
        """How many are drawn."""
        return self._value["of"]

    @property
    def predicted(self) -> tuple[float | None, ...]:
        """The prediction of each model, in their order; `None` for one that is refused."""
        return tuple(self._value["predicted"])

    @property
    def resampled(self) -> Interval | None:
        """The interval from redrawn tasks."""
        return optional(self._value.get("resampled"), lambda value: Interval(*value))

    @property
    def tells(self) -> bool | None:
        """Whether the trusted model and independence differ by more than the half-width of that
        interval; otherwise this vote does not distinguish them. `None` where independence is
        trusted.
        """
        return self._value.get("tells")

    @property
    def vote(self) -> VoteKind:
        """Which outcome counts."""
        return self._value["vote"]


class WeightGain(Answer):
    """Gains in P(correct) over one vote each: of a scenario's own weights, of log-odds weights, and
    of a majority of the best agents alone.
    """
    __slots__ = ()

    @property
    def best_majority(self) -> BestMajority | None:
        """The majority of some of the agents that is most often right; null where there are too many
        to seek it, and where agents have several rates.
        """
        return optional(self._value.get("best_majority"), BestMajority)

    @property
    def gain(self) -> float | None:
        """`log_odds` − `one_vote_each`, as the difference of the probabilities of failure where that
        keeps more digits.
        """
        return self._value.get("gain")

    @property
    def log_odds(self) -> float | None:
        """P(correct) with the log-odds weights ln((1−f)/f) and more than half of their total; null
        where agents have none.
        """
        return self._value.get("log_odds")

    @property
    def log_odds_are_best(self) -> bool:
        """Whether no weights are more often right than log-odds."""
        return self._value["log_odds_are_best"]

    @property
    def log_odds_caveat(self) -> str | None:
        """Why log-odds are not known to be the best weights, or why agents have none."""
        return self._value.get("log_odds_caveat")

    @property
    def one_vote_each(self) -> float:
        """P(correct) of a strict majority: one agent, one vote."""
        return self._value["one_vote_each"]

    @property
    def own(self) -> float:
        """P(correct) with the weights and the quota of the scenario."""
        return self._value["own"]

    @property
    def own_gain(self) -> float:
        """`own` − `one_vote_each`: below 0 where the weights lose."""
        return self._value["own_gain"]
