"""Measures the nanoseconds in which SciPy answers what benches/exact.rs asks: P(failure) of a majority of n agents.

    pip install numpy==2.4.6 scipy==1.17.1
    python3 benches/scipy_tails.py > benches/scipy_tails.csv

Forms (all one thread):

    identical, binom.sf call       scipy.stats.binom.sf of one number of agents that fail at 0.23
    identical, binom.sf array      the same for 10,000 rates in one call, per rate
    different, poisson_binom.cdf   scipy.stats.poisson_binom of agents whose rates are between 0.2 and 0.4

A cell is the best of twenty passes of at least 40 ms, as `table.py` takes the fastest sample of the others. `wrong_by` is the relative error
beside the plain recursion in doubles, which is right to 1e-11 where nothing underflows. It is empty below 1e-9, and where there are too many
agents to check, whose answer underflows.
"""

import csv
import sys
import time

import numpy as np
import scipy
from scipy import stats

FAILURE_RATE = 0.23
IDENTICAL = [3, 5, 11, 25, 101, 1001, 10_001, 1_000_001, 1_000_000_001]
DIFFERENT = [3, 10, 30, 100, 300, 1_000, 3_000, 10_000]
RATES = 10_000
PASSES = 20
MOST_AGENTS_CHECKED = 3_000


def rates(count, low, width):
    return low + width * np.modf(0.6180339887498948 * np.arange(count))[0]


def recursion(failure_rates):
    """P(at most half of the agents are correct)."""
    masses = np.zeros(len(failure_rates) + 1)
    masses[0] = 1.0
    for rate in failure_rates:
        masses[1:] = masses[1:] * rate + masses[:-1] * (1 - rate)
        masses[0] *= rate
    return masses[: len(failure_rates) // 2 + 1].sum()


def wrong_by(result, failure_rates):
    """The relative error in short, or nothing."""
    error = abs(result / recursion(failure_rates) - 1)
    return f"{error:.0e}" if error > 1e-9 else ""


def nanoseconds(answer):
    """Of one call, the best of the passes."""
    best = float("inf")
    for _ in range(PASSES):
        calls, begin = 0, time.perf_counter_ns()
        while (taken := time.perf_counter_ns() - begin) < 40_000_000:
            answer()
            calls += 1
        best = min(best, taken / calls)
    return best


def identical(row):
    many = rates(RATES, FAILURE_RATE - 0.1, 0.2)
    for n in IDENTICAL:
        most_correct = n - n // 2 - 1
        one = lambda: stats.binom.sf(most_correct, n, FAILURE_RATE)
        wrong = wrong_by(one(), [FAILURE_RATE] * n) if n <= MOST_AGENTS_CHECKED else ""
        row("identical", "binom.sf call", n, nanoseconds(one), wrong)
        row("identical", "binom.sf array", n, nanoseconds(lambda: stats.binom.sf(most_correct, n, many)) / RATES, wrong)


def different(row):
    for n in DIFFERENT:
        failure_rates = rates(n, 0.2, 0.2)
        correct_rates = 1 - failure_rates
        one = lambda: stats.poisson_binom.cdf(n // 2, correct_rates)
        wrong = wrong_by(float(one()), failure_rates) if n <= MOST_AGENTS_CHECKED else ""
        row("different", "poisson_binom.cdf", n, nanoseconds(one), wrong)


def main():
    print(f"# SciPy {scipy.__version__}")
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["question", "form", "agents", "nanoseconds", "wrong_by"])
    row = lambda question, form, n, time, wrong: table.writerow([question, form, n, f"{time:.3e}", wrong])
    identical(row)
    different(row)


main()
