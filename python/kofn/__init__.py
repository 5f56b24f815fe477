"""The probability engine for redundant agents.

How reliable are five models that vote, and would two more help? kofn computes the answer by closed
form and by simulating every agent of every trial, checks that the two agree, and replays its advice
on what real agents did.

>>> import kofn
>>> kofn.reliability(3, 0.23)
0.865634
"""

from ._answer import Answer, Interval
from ._arrays import Tails, reliability, tails, unreliability
from ._executor import PartsError
from ._figures import figure_names, figures
from ._kofn import KofnError, __version__
from ._logs import Fit, LogComparison, LogPlan, Replay, Replays, Results, fit, read, replay
from ._plot import Plot
from ._questions import (
    assess,
    check,
    compare,
    count,
    merge,
    missing_parts,
    plan,
    plan_margin,
    schemes,
    simulate,
)
from ._results import (
    Assessment,
    Check,
    Margin,
    Plan,
    RareSimulation,
    ScenarioComparison,
    Simulation,
)
from ._scenario import Scenario
from ._sweep import Sweep, sweep

__all__ = [
    "Answer",
    "Assessment",
    "Check",
    "Fit",
    "Interval",
    "KofnError",
    "LogComparison",
    "LogPlan",
    "Margin",
    "PartsError",
    "Plan",
    "Plot",
    "RareSimulation",
    "Replay",
    "Replays",
    "Results",
    "Scenario",
    "ScenarioComparison",
    "Simulation",
    "Sweep",
    "Tails",
    "__version__",
    "assess",
    "check",
    "compare",
    "count",
    "figure_names",
    "figures",
    "fit",
    "merge",
    "missing_parts",
    "plan",
    "plan_margin",
    "read",
    "reliability",
    "replay",
    "schemes",
    "simulate",
    "sweep",
    "tails",
    "unreliability",
]
