#!/usr/bin/env python3
"""Weighted votes whose wrong answers follow a law of collision: reference values, by full enumeration.

Writes `weighted_wrong_answers.csv` (or the file named on the command line). Needs mpmath and `wrong_answers.py` beside it (which tells
the laws, and how rates, shares, collisions and discounts are taken: as exact binary values); takes a few seconds.

    python3 weighted.py [FILE]

Columns: rule, failure_rates, wrong_answers, hallucination, weights, quota, correct, abstain, wrong.

Every agent is right, votes for a wrong answer, or is silent (3^n cases); the wrong ones are seated one after the other,
in the order of the agents, into every set partition. Weights and quota are exact decimals (`fractions`). An answer needs
weight >= quota; without a quota (null), strictly more than half of the weight of all agents. Every quota here is more
than half of it, so at most one answer has it. Rows where a sum of weights is exactly the quota, or exactly half, are among
them: there sums of doubles would go wrong.
"""
import csv
import itertools
import json
import sys
from fractions import Fraction

from mpmath import mpf

from wrong_answers import Draws, Law, ONE, ZERO, digits, open_law


def seatings(law, agents):
    """every set partition of the agents (a tuple of tuples) with its probability"""
    partitions = [((), ONE)]
    for w, agent in enumerate(agents):
        following = []
        for blocks, q in partitions:
            for i, block in enumerate(blocks):
                following.append((blocks[:i] + (block + (agent,),) + blocks[i + 1:], q * law.repeat(len(block), w)))
            following.append((blocks + ((agent,),), q * law.new(len(blocks), w)))
        partitions = following
    return partitions


def assess(rates, law, share, weights, quota):
    weights = [Fraction(x) for x in weights]
    total = sum(weights)
    quota = None if quota is None else Fraction(quota)
    assert quota is None or 2 * quota > total

    def enough(agents):
        weight = sum(weights[i] for i in agents)
        return 2 * weight > total if quota is None else weight >= quota

    law, share = Law(law), mpf(share)
    result = [ZERO, ZERO, ZERO]
    for modes in itertools.product("rws", repeat=len(rates)):  # right, wrong, silent
        q = ONE
        for mode, f in zip(modes, rates):
            f = mpf(f)
            q *= {"r": 1 - f, "w": f * share, "s": f * (1 - share)}[mode]
        right = enough([i for i, x in enumerate(modes) if x == "r"])
        for blocks, p in seatings(law, [i for i, x in enumerate(modes) if x == "w"]):
            wrong = any(enough(block) for block in blocks)
            assert not (right and wrong)
            result[0 if right else 2 if wrong else 1] += q * p
    assert abs(sum(result) - 1) < mpf(10) ** -50
    return result


LAWS = [open_law(0.3, None), open_law(0.665, 0.4), open_law(1e-12, None), open_law(1 - 1e-12, None), open_law(0.2, 1 - 1e-9),
        open_law(0.9, 0.99), open_law(1e-6, 0.5), open_law(1 - 1e-9, 0.5), open_law(0.5, 1e-9), open_law(0.787, 0.05),
        '{"answers": 4, "collision": 0.4}', '{"answers": 2, "collision": 0.500000002}', '{"answers": 3, "collision": 0.999999999999}',
        '{"answers": 1000000000000, "collision": 0.05}', '{"answers": 1000, "collision": 0.001000002}', '{"answers": 2, "collision": 0.75}',
        '"same"', '"distinct"', "3", "1000000"]

# by hand: half of the weight exactly, quotas reached exactly by sums that doubles miss, weight nought, one that outweighs all
BY_HAND = [
    (["0.1", "0.2", "0.3"], None), (["0.1", "0.2", "0.3"], "0.5"), (["0.1", "0.1", "0.1", "0.1", "0.1"], "0.3"),
    (["1", "1", "1", "1"], None), (["1", "1", "1", "1"], "3"), (["3", "1", "1", "1"], None), (["0", "1", "1", "1"], None),
    (["0.7", "0.1", "0.1", "0.3"], "0.8"), (["0.001", "0.999", "1", "0.5"], None), (["2.5", "1.25", "1.25", "0.005"], "2.505"),
    (["1.1", "2.2", "3.3", "0", "1.1"], "4.4"), (["0.333", "0.333", "0.334"], "0.667"), (["5", "1", "1", "1", "1"], None),
    (["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"], "1.1"), (["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"], "2.1"),
    (["1", "2", "3", "4", "5", "6"], None),
]


def rows():
    draws = Draws(7)

    def rate():
        return draws.of([1e-9, 0.001, 0.999]) if draws.below(6) == 0 else (1 + draws.below(998)) / 1000

    for i in range(60):
        if i < len(BY_HAND):
            weights, quota = BY_HAND[i]
        else:
            n = 3 + i % 4
            step = (1000, 100, 10, 1)[draws.below(4)]  # thousandths
            units = [step * (1 + draws.below(5000 // step)) for _ in range(n)]
            least = sum(units) // 2 + 1
            weights = [decimal(x) for x in units]
            quota = None
            if i % 2:
                # a sum of weights that is more than half, reached exactly, or just missed
                sums = sorted({sum(s) for k in range(1, n + 1) for s in itertools.combinations(units, k) if sum(s) >= least})
                quota = decimal(draws.of(sums[:-1] or sums) + (0, 0, 1)[draws.below(3)])
        law = LAWS[(i * 7 + i // 20) % len(LAWS)]
        share = (1, 0.6, 0.25, 1, 0.999, 1e-6, 0.8)[i % 7]
        f = [rate()] * len(weights) if i % 5 == 0 else [rate() for _ in weights]
        yield f, law, share, weights, quota


def decimal(thousandths):
    text = f"{thousandths // 1000}.{thousandths % 1000:03}".rstrip("0")
    return text.rstrip(".")


def main(path="weighted_wrong_answers.csv"):
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["rule", "failure_rates", "wrong_answers", "hallucination", "weights", "quota", "correct", "abstain", "wrong"])
        for f, law, share, weights, quota in rows():
            values = [digits(x) for x in assess(f, law, share, weights, quota)]
            out.writerow(["weighted", json.dumps(f), law, json.dumps(share), "[" + ", ".join(weights) + "]", quota or "null", *values])


if __name__ == "__main__":
    main(*sys.argv[1:])
