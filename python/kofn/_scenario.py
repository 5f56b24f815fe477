"""Scenarios: agents, how they fail, and the scheme that combines their answers."""

from __future__ import annotations

import html
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

import numpy as np

from ._kofn import KofnError
from ._kofn import Scenario as _Native

if TYPE_CHECKING:
    from typing_extensions import Unpack

Tree: TypeAlias = Mapping[str, Any]


class Common(TypedDict, total=False):
    """Options of every scheme; `Scenario.majority` describes them."""

    failure_rate: float | None
    failure_rates: Sequence[float] | Mapping[str, float] | None
    names: Sequence[str] | None
    failures: Tree | None
    dependence: str | Tree | None
    tasks: Sequence[Tree] | None
    costs: Tree | None
    filter: Tree | None


class Scenario:
    """Agents, how they fail, and the scheme that combines their answers into one outcome.

    Build one with the constructor named after its scheme (`majority`, `k_of_n`, `weighted`,
    `cascade`, …), or read one from TOML, JSON, a dict or a file. A scenario is immutable; it can be
    compared, hashed and pickled. ``print`` shows it as the TOML that the command reads, with
    defaults filled in.

    Examples
    --------
    >>> import kofn
    >>> panel = kofn.Scenario.majority(failure_rates={"gpt": .10, "claude": .12, "llama": .15})
    >>> panel
    Scenario(majority, 3 agents, failure rates gpt 0.1, claude 0.12, llama 0.15)
    >>> kofn.Scenario.from_toml(str(panel)) == panel
    True
    """

    __slots__ = ("_native",)
    _native: _Native

    def __init__(self) -> None:
        raise TypeError(
            "use Scenario.majority(…) or another scheme, or Scenario.from_toml, .from_json, "
            ".from_dict, .read"
        )

    @classmethod
    def _of(cls, native: _Native) -> Scenario:
        scenario = object.__new__(cls)
        object.__setattr__(scenario, "_native", native)
        return scenario

    # Reading and writing

    @classmethod
    def from_toml(cls, text: str) -> Scenario:
        r"""Read a scenario from TOML text, as in the files of the command.

        Raises
        ------
        KofnError
            If the scenario is invalid; it has the key and the place (``.location``, such as
            ``TOML:2:12``).

        Examples
        --------
        >>> Scenario.from_toml('scheme = "majority"\nagents = { count = 5, failure_rate = 0.23 }')
        Scenario(majority, 5 agents, failure rate 0.23)
        """
        return cls._of(_Native(_text(text), "TOML.toml"))

    @classmethod
    def from_json(cls, text: str) -> Scenario:
        """Read a scenario from JSON text: the same tree as in TOML.

        Raises
        ------
        KofnError
            If the scenario is invalid; it has the key and the place.

        Examples
        --------
        >>> Scenario.from_json('{"scheme": "any", "agents": {"count": 3, "failure_rate": 0.5}}')
        Scenario(any, 3 agents, failure rate 0.5)
        """
        return cls._of(_Native(_text(text), "JSON.json"))

    @classmethod
    def from_dict(cls, tree: Tree) -> Scenario:
        """Read a scenario from a dict with the keys of a file; ``kofn help scenario`` lists them.

        Raises
        ------
        KofnError
            If the scenario is invalid; it has the key.

        Examples
        --------
        >>> Scenario.from_dict({"scheme": "majority", "agents": {"count": 5, "failure_rate": 0.23}})
        Scenario(majority, 5 agents, failure rate 0.23)
        """
        if not isinstance(tree, Mapping):
            raise KofnError(f"a scenario must be a dict, got {type(tree).__name__}")
        return cls._of(_built(tree))

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Scenario:
        """Read a scenario from a TOML or JSON file.

        Raises
        ------
        KofnError
            If the scenario is invalid; it has the key and the place.
        OSError
            If the file cannot be read.
        """
        path = os.fspath(path)
        with open(path, "rb") as file:
            data = file.read()
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise KofnError(f"{path}: must be UTF-8 text: {error}") from None
        return cls._of(_Native(text, path))

    def to_toml(self) -> str:
        """Return the scenario as TOML, with its defaults filled in."""
        return self._native.to_toml()

    def to_json(self) -> str:
        """Return the scenario as JSON, with its defaults filled in."""
        return self._native.to_json()

    def to_dict(self) -> dict[str, Any]:
        """Return the scenario as a new dict, with its defaults filled in."""
        tree: dict[str, Any] = json.loads(self._native.to_json())
        return tree

    def describe(self) -> str:
        """Return the scenario in words, one line for each part."""
        return "\n".join(self._native.describe())

    # Schemes

    @classmethod
    def single(cls, **common: Unpack[Common]) -> Scenario:
        """Return one agent alone: the baseline.

        Parameters
        ----------
        **common
            `failure_rate` and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.single(failure_rate=.23)).correct
        0.77
        """
        return _scheme(cls, "single", {}, common)

    @classmethod
    def k_of_n(cls, k: int, count: int | None = None, **common: Unpack[Common]) -> Scenario:
        """Return a vote in which an answer needs at least `k` votes.

        Source: Barlow and Heidtmann 1984, k-out-of-n systems.

        Parameters
        ----------
        k : int
            Votes required, from 1 to the number of agents. If `k` is at most half of them, a
            checker that picks the correct answer is assumed.
        count : int, optional
            Number of agents, if all are alike.
        **common
            The agents and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.k_of_n(3, 4, failure_rate=.1)).correct
        0.9477
        """
        return _scheme(cls, "k-of-n", {"k": k}, {"count": count, **common})

    @classmethod
    def majority(cls, count: int | None = None, **common: Unpack[Common]) -> Scenario:
        """Return a vote in which an answer needs more than half of all agents.

        Source: Condorcet 1785.

        Parameters
        ----------
        count : int, optional
            Number of agents, 1 to 10¹³, if all are alike.
        failure_rate : float
            Probability that an agent fails, 0 to 1, the same for all; or
        failure_rates : sequence of float, or dict of float by name
            A failure rate for each agent.
        names : sequence of str, optional
            Names of the agents.
        failures : dict, optional
            How a failed agent fails: the shares `hallucination`, `corruption` and `crash`, and
            `wrong_answers`. By default, all failures are the same wrong answer.
        dependence : str or dict, optional
            How failures are correlated, such as
            ``{"model": "gaussian-copula", "correlation": 0.5}``. By default, they are independent.
        tasks : sequence of dict, optional
            Classes of tasks, each with `weight` and `failure_rate` or `failure_rates`, instead of
            the rates above.
        costs : dict, optional
            Prices and latencies: `call`, `validation`, `call_latency`, `validation_latency`,
            `agents`.
        filter : dict, optional
            A filter before the vote: `accepts_correct`, `accepts_wrong`.

        Raises
        ------
        KofnError
            If a value is out of range, or options cannot be combined; ``.key`` is the key.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.majority(3, failure_rate=.23)).correct
        0.865634
        """
        return _scheme(cls, "majority", {}, {"count": count, **common})

    @classmethod
    def any(cls, count: int | None = None, **common: Unpack[Common]) -> Scenario:
        """Return a scheme that gives the correct answer if any agent does (pass@n).

        It assumes a checker that recognizes the correct answer. Source: Chen et al. 2021, arXiv
        2107.03374. Parameters as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.any(3, failure_rate=.5)).correct
        0.875
        """
        return _scheme(cls, "any", {}, {"count": count, **common})

    @classmethod
    def unanimous(cls, count: int | None = None, **common: Unpack[Common]) -> Scenario:
        """Return a vote in which all agents must agree.

        Source: Barlow and Proschan 1975, series systems. Parameters as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.unanimous(3, failure_rate=.5)).correct
        0.125
        """
        return _scheme(cls, "unanimous", {}, {"count": count, **common})

    @classmethod
    def byzantine(cls, count: int | None = None, **common: Unpack[Common]) -> Scenario:
        """Return a Byzantine quorum of ⌈(n+t+1)/2⌉ agents with t = ⌊(n−1)/3⌋.

        A collector counts. Source: Malkhi and Reiter 1998, Byzantine quorum systems. Parameters
        as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.byzantine(4, failure_rate=.1)).correct
        0.9477
        """
        return _scheme(cls, "byzantine", {}, {"count": count, **common})

    @classmethod
    def plurality(
        cls,
        count: int | None = None,
        *,
        ties: str | None = None,
        min_votes: int | None = None,
        **common: Unpack[Common],
    ) -> Scenario:
        """Return a vote that gives the answer with more votes than any other.

        Source: List and Goodin 2001, Epistemic democracy.

        Parameters
        ----------
        count : int, optional
            Number of agents, if all are alike.
        ties : {"abstain", "random"}, optional
            What happens if several answers lead: abstain (the default), or give one of them at
            random.
        min_votes : int, optional
            Minimum number of votes; with fewer, abstain.
        **common
            The agents and the other options, as for `majority`; `failures` says what wrong agents
            answer.

        Examples
        --------
        >>> import kofn
        >>> vote = Scenario.plurality(5, failure_rate=.4, failures={"wrong_answers": "distinct"})
        >>> kofn.assess(vote).wrong
        0.0
        """
        scheme = {"ties": ties, "min_votes": min_votes}
        return _scheme(cls, "plurality", scheme, {"count": count, **common})

    @classmethod
    def weighted(
        cls,
        weights: str | Sequence[float] = "log-odds",
        *,
        quota: float | None = None,
        **common: Unpack[Common],
    ) -> Scenario:
        """Return a vote in which agents have weights.

        Source: Nitzan and Paroush 1982.

        Parameters
        ----------
        weights : sequence of float, or "log-odds"
            A weight for each agent; ``"log-odds"`` is ln((1−f)/f), optimal for independent
            agents.
        quota : float, optional
            Weight required for an answer; by default more than half of the total weight.
        **common
            The agents and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> vote = Scenario.weighted([3, 1, 1], failure_rates=[.1, .3, .3])
        >>> kofn.assess(vote).correct
        0.9
        """
        return _scheme(cls, "weighted", {"weights": weights, "quota": quota}, common)

    @classmethod
    def ahead_by(
        cls, margin: int, *, max_calls: int | None = None, **common: Unpack[Common]
    ) -> Scenario:
        """Return one agent, called until one answer leads by a margin.

        Source: Wald 1945, sequential probability ratio test; MAKER, arXiv 2511.09030.

        Parameters
        ----------
        margin : int
            Required lead over the other answer.
        max_calls : int, optional
            Maximum number of calls; then abstain.
        **common
            The agent and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.ahead_by(3, failure_rate=.2)).correct
        0.9846153846153846
        """
        return _scheme(cls, "ahead-by", {"margin": margin, "max_calls": max_calls}, common)

    @classmethod
    def first_to(
        cls, votes: int, *, max_calls: int | None = None, **common: Unpack[Common]
    ) -> Scenario:
        """Return one agent, called until one answer has a set number of votes.

        Source: negative binomial race; Banach's match boxes, Feller 1968.

        Parameters
        ----------
        votes : int
            Required number of votes k; equivalent to a majority of 2k − 1.
        max_calls : int, optional
            Maximum number of calls; then abstain.
        **common
            The agent and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.first_to(2, failure_rate=.23)).correct
        0.865634
        """
        return _scheme(cls, "first-to", {"votes": votes, "max_calls": max_calls}, common)

    @classmethod
    def adaptive(cls, confidence: float, max_calls: int, **common: Unpack[Common]) -> Scenario:
        """Return one agent, called until the leading answer is probably the more common one.

        Source: Aggarwal et al. 2023, adaptive consistency, arXiv 2305.11860.

        Parameters
        ----------
        confidence : float
            Stops when 1 − I_½(a+1, b+1) ≥ confidence, where a ≥ b are the votes of the two answers;
            above 0.5 and below 1.
        max_calls : int
            Maximum number of calls; then the leading answer is given, or, after a tie, none.
        **common
            The agent and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> round(kofn.assess(Scenario.adaptive(.95, 40, failure_rate=.23)).expected_calls, 3)
        10.2
        """
        scheme = {"confidence": confidence, "max_calls": max_calls}
        return _scheme(cls, "adaptive", scheme, common)

    @classmethod
    def raft(cls, count: int | None = None, **common: Unpack[Common]) -> Scenario:
        """Return a majority of replicas that fail only by crashing.

        Source: Ongaro and Ousterhout 2014. Parameters as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.raft(3, failure_rate=.1)).abstain
        0.028000000000000004
        """
        return _scheme(cls, "raft", {}, {"count": count, **common})

    @classmethod
    def cascade(cls, stages: Iterable[Tree], **common: Unpack[Common]) -> Scenario:
        """Return stages of voting agents; each is asked only if the one before abstains.

        Source: Viola and Jones 2001; Chen et al. 2023, FrugalGPT.

        Parameters
        ----------
        stages : sequence of dict
            For each stage, its number of `agents` and its `scheme`, in the order of the agents.
        **common
            The agents and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> stages = [{"agents": 2, "scheme": "unanimous"}, {"agents": 1, "scheme": "single"}]
        >>> cheap_first = Scenario.cascade(stages, failure_rates=[.2, .2, .05])
        >>> round(kofn.assess(cheap_first).expected_calls, 12)
        2.32
        """
        return _scheme(cls, "cascade", {"stages": list(stages)}, common)

    @classmethod
    def pbft(
        cls,
        count: int | None = None,
        *,
        q_eq: int | None = None,
        q_per: int | None = None,
        q_vc: int | None = None,
        q_vc_t: int | None = None,
        **common: Unpack[Common],
    ) -> Scenario:
        """Return PBFT consensus of replicas: safe and live, safe alone, or unsafe.

        Source: Castro and Liskov 1999; Ponnapalli et al. 2025, HotOS.

        Parameters
        ----------
        count : int, optional
            Number of replicas, if all are alike.
        q_eq, q_per, q_vc, q_vc_t : int, optional
            Quorums for non-equivocation, for persistence, for a view change, and to trigger a view
            change. By default ⌈(n+t+1)/2⌉ with t = ⌊(n−1)/3⌋, and t + 1 for the last.
        **common
            The agents and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> kofn.assess(Scenario.pbft(4, failure_rate=.01)).correct > .999
        True
        """
        scheme = {"q_eq": q_eq, "q_per": q_per, "q_vc": q_vc, "q_vc_t": q_vc_t}
        return _scheme(cls, "pbft", scheme, {"count": count, **common})

    @classmethod
    def validated(
        cls,
        *,
        validator_failure_rate: float | None = None,
        accepts_correct: float | None = None,
        accepts_wrong: float | None = None,
        repairs: float | None = None,
        arbiter_accepts_correct: float | None = None,
        arbiter_accepts_wrong: float | None = None,
        attempts: int | None = None,
        fallback: str | None = None,
        vote: str | Tree | None = None,
        **common: Unpack[Common],
    ) -> Scenario:
        """Return a generator whose candidates a validator accepts, repairs or rejects.

        Source: absorbing Markov chain, Kemeny and Snell 1960.

        Parameters
        ----------
        validator_failure_rate : float, optional
            g: `accepts_correct` = 1 − g, `accepts_wrong` = 0, `repairs` = 1 − g.
        accepts_correct, accepts_wrong : float, optional
            Probability that a correct or a wrong candidate is accepted.
        repairs : float, optional
            Probability that a rejected candidate that is not correct becomes the correct answer.
        arbiter_accepts_correct, arbiter_accepts_wrong : float, optional
            Probability that an arbiter accepts a rejected correct, or wrong, candidate after all.
        attempts : int, optional
            Maximum number of candidates, 1 by default.
        fallback : {"abstain", "keep"}, optional
            Whether to abstain or to keep the last candidate after the last attempt.
        vote : str or dict, optional
            Voting scheme that combines several generators into one candidate.
        **common
            The agents and the other options, as for `majority`.

        Examples
        --------
        >>> import kofn
        >>> pipeline = Scenario.validated(
        ...     accepts_correct=.9, accepts_wrong=.2, attempts=3, failure_rate=.3)
        >>> kofn.assess(pipeline).wrong < .09
        True
        """
        scheme = {
            "validator_failure_rate": validator_failure_rate,
            "accepts_correct": accepts_correct,
            "accepts_wrong": accepts_wrong,
            "repairs": repairs,
            "arbiter_accepts_correct": arbiter_accepts_correct,
            "arbiter_accepts_wrong": arbiter_accepts_wrong,
            "attempts": attempts,
            "fallback": fallback,
            "vote": vote,
        }
        return _scheme(cls, "validated", scheme, common)

    # Immutability, comparison, pickling and display

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Scenario is immutable; build another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Scenario is immutable; build another one")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        return self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, self._native.written()

    def __copy__(self) -> Scenario:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Scenario:
        return self

    def __str__(self) -> str:
        return self.to_toml()

    def __repr__(self) -> str:
        return f"Scenario({'; '.join(self._native.describe())})"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.to_toml())}</pre>"


_COMMON = (
    "count", "failure_rate", "failure_rates", "names",
    "failures", "dependence", "tasks", "costs", "filter",
)  # fmt: skip


def _scheme(cls: type[Scenario], rule: str, scheme: Tree, common: Tree) -> Scenario:
    """Build the scenario of a scheme, its parameters and the common options."""
    for name in common:
        if name not in _COMMON:
            raise TypeError(f"unexpected option {name!r}; known are {', '.join(_COMMON)}")
    parameters = {key: value for key, value in scheme.items() if value is not None}
    agents = {key: common[key] for key in _COMMON[:4] if common.get(key) is not None}
    if isinstance(agents.get("names"), str):
        raise KofnError(f"names must be a list of strings, got {agents['names']!r:.60}")
    rates = agents.get("failure_rates")
    if isinstance(rates, Mapping):
        if "names" in agents:
            raise KofnError("names cannot be combined with failure_rates by name")
        agents.update(names=list(rates.keys()), failure_rates=list(rates.values()))
    tree: dict[str, Any] = {"scheme": {"rule": rule, **parameters} if parameters else rule}
    if agents:
        tree["agents"] = agents
    tree.update({key: common[key] for key in _COMMON[4:] if common.get(key) is not None})
    return cls._of(_built(tree))


def _built(tree: Tree) -> _Native:
    """Return the scenario of a tree; errors name only the key, as there is no file."""
    return _Native(as_json(tree), "")


def as_json(tree: Tree) -> str:
    """Return a tree of Python and NumPy values as JSON."""
    try:
        return json.dumps(_finite(tree), default=_plain, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise KofnError(
            f"a scenario must consist of numbers, strings, lists and dicts: {error}"
        ) from None


def _finite(value: Any) -> Any:
    """Return a tree with NaN and infinities as texts, so that they are refused by their keys."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    """Return NumPy values, and any other sequence or mapping, as plain Python values."""
    if hasattr(value, "tolist") and not isinstance(value, np.ma.MaskedArray):
        return _finite(value.tolist())
    if isinstance(value, Mapping):
        return _finite(dict(value))
    if isinstance(value, Iterable) and not isinstance(value, bytes | Set | np.ma.MaskedArray):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not one of them")


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise KofnError(f"a scenario must be given as a string here, got {type(text).__name__}")
    return text


def _unpickled(text: str, name: str) -> Scenario:
    return Scenario._of(_Native(text, name))
