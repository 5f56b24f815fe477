"""Writes groups.csv, outcomes of agents in groups under a Gaussian copula.

    pip install python-flint==0.9.0
    python groups.py > groups.csv
    python groups.py --verify          # on other panels

Agent i of group g fails iff sqrt(r) Z + sqrt(w - r) Z_g + sqrt(1 - w) e_i < probit(f_i). The probability of each set of failed agents is a Gauss-Legendre
rule of 20 points on panels over Z, and inside it one over each Z_g, in 160 bits: the nested integrals as they are written, and no other form of them. What a set
of failed agents gives is counted out: each of them is silent with probability s or gives one of m wrong answers.
"""

import sys
from fractions import Fraction
from itertools import product

from flint import arb, ctx

ctx.prec = 170
POINTS = 20
NODES = [arb.legendre_p_root(POINTS, k, weight=True) for k in range(POINTS)]


def number(x):
    numerator, denominator = x.as_integer_ratio()
    return arb(numerator) / denominator


def normal(x):
    return (-x / arb(2).sqrt()).erfc() / 2


def probit(f):
    """By Newton's method in the logarithm of the tail."""
    if f > arb(0.5):
        return -probit(1 - f)
    x = -(-2 * f.log()).sqrt() if f < arb(0.1) else arb(0)
    for _ in range(200):
        x = x.mid()
        density = (-x * x / 2).exp() / (2 * arb.pi()).sqrt()
        step = (normal(x) / f).log() * normal(x) / density
        x = x - step
        if abs(step) < arb(2) ** -165:
            break
    return x.mid()


def panels(reach, width):
    """Nodes and weights times the normal density."""
    count = int(2 * reach / width) + 1
    half = arb(reach) / count
    nodes = []
    for i in range(count):
        middle = -reach + (2 * i + 1) * half
        for x, weight in NODES:
            z = (middle + half * x).mid()
            nodes.append((z, (half * weight * (-z * z / 2).exp() / (2 * arb.pi()).sqrt()).mid()))
    return nodes


def sets_of_group(barriers, center, spread, own, nodes):
    """P(just these agents of the group fail), by a bit for each."""
    sums = [arb(0)] * 2 ** len(barriers)
    for y, weight in nodes:
        m = center + spread * y
        tails = {}
        for t in barriers:
            if t not in tails:
                u = (t - m) / own
                tails[t] = (normal(-u).mid(), normal(u).mid())
        law = [weight]
        for t in barriers:
            right, fails = tails[t]
            law = [p * right for p in law] + [p * fails for p in law]
        sums = [(a + b).mid() for a, b in zip(sums, law)]
    return sums


def sets(rates, groups, r, w, scale):
    """P(just these agents fail), by a bit for each agent."""
    barriers = {f: probit(number(f)) for f in rates}
    r, w = number(r), number(w)
    shared, spread, own = r.sqrt(), (w - r).sqrt(), (1 - w).sqrt()
    reach = 14 + max(abs(float(t)) for t in barriers.values())
    inner = panels(reach, scale * min(2.0, 4 * float(own / spread) if float(spread) > 0 else 2.0))
    if float(spread) == 0:
        inner = [(arb(0), arb(1))]
    steep = float((spread**2 + own**2).sqrt() / shared) if float(shared) > 0 else 1.0
    outer = panels(reach, scale * min(2.0, 4 * steep)) if float(shared) > 0 else [(arb(0), arb(1))]
    sums = [arb(0)] * 2 ** len(rates)
    for z, weight in outer:
        law, first, known = [weight], 0, {}
        for size in groups:
            key = tuple(rates[first : first + size])
            if key not in known:
                members = [barriers[f] for f in key]
                known[key] = sets_of_group(members, shared * z, spread, own, inner)
            law = [p * q for q in known[key] for p in law]
            first += size
        sums = [(a + b).mid() for a, b in zip(sums, law)]
    return sums


def answers_of(failed, silence, kind):
    """Each pattern of answers of the failed agents with its probability: None is silent, 1, 2, ... are wrong answers."""
    if kind == "distinct":
        options = lambda i: [(None, silence), (i + 1, 1 - silence)]
    else:
        count = 1 if kind == "same" else int(kind)
        options = lambda i: [(None, silence)] + [(a + 1, (1 - silence) / count) for a in range(count)]
    for pattern in product(*[[o for o in options(i) if o[1] > 0] for i in range(failed)]):
        probability = Fraction(1)
        for _, p in pattern:
            probability *= p
        yield [a for a, _ in pattern], probability


def outcome(rule, votes):
    """0 correct, 1 abstain, 2 wrong, for the votes of all agents: 0 is right, None silent."""
    words = rule.split()
    n = len(votes)
    weights, quota = [1] * n, None
    if words[0] == "weighted":
        weights = [int(x) for x in words[1 : n + 1]]
        quota = sum(weights) // 2 + 1
    for_answer = {}
    for vote, weight in zip(votes, weights):
        if vote is not None:
            for_answer[vote] = for_answer.get(vote, 0) + weight
    right = for_answer.get(0, 0)
    wrong = max([v for a, v in for_answer.items() if a != 0], default=0)
    if words[0] == "plurality":
        leaders = [a for a, v in for_answer.items() if v == max(for_answer.values())]
        return 1 if len(leaders) != 1 else 0 if leaders[0] == 0 else 2
    if words[0] == "any":
        return 0 if right >= 1 else 1
    quota = quota or {"majority": n // 2 + 1, "unanimous": n, "single": 1}.get(words[0]) or int(words[1])
    if 2 * quota <= sum(weights):
        return 0 if right >= quota else 1
    return 0 if right >= quota else 2 if wrong >= quota else 1


def of_set(rule, failed, silence, kind):
    """P(correct), P(abstain), P(wrong) where just these agents fail, a bit each."""
    sums = [Fraction(0)] * 3
    if rule.startswith("cascade"):
        words = rule.split()[1:]
        open_, first = Fraction(1), 0
        for count, stage in zip(words[::2], words[1::2]):
            part = of_set(stage, failed[first : first + int(count)], silence, kind)
            sums[0] += open_ * part[0]
            sums[2] += open_ * part[2]
            open_ *= part[1]
            first += int(count)
        sums[1] = open_
        return sums
    for pattern, probability in answers_of(sum(failed), silence, kind):
        rest = iter(pattern)
        votes = [next(rest) if fails else 0 for fails in failed]
        sums[outcome(rule, votes)] += probability
    return sums


def pipeline(rule, failed, attempts, silence, kind):
    """A validator that accepts 7/8 of the right candidates and 1/4 of the wrong ones, which abstains in the end."""
    n = len(failed) // attempts
    sums, open_ = [Fraction(0)] * 3, Fraction(1)
    for attempt in range(attempts):
        correct, _, wrong = of_set(rule, failed[attempt * n : (attempt + 1) * n], silence, kind)
        sums[0] += open_ * correct * Fraction(7, 8)
        sums[2] += open_ * wrong * Fraction(1, 4)
        open_ *= 1 - correct * Fraction(7, 8) - wrong * Fraction(1, 4)
    sums[1] = open_
    return sums


def law_of_sets(law, of):
    sums = [arb(0)] * 3
    size = len(law).bit_length() - 1
    for index, p in enumerate(law):
        failed = [index >> i & 1 for i in range(size)]
        for i, q in enumerate(of(failed)):
            if q:
                sums[i] += p * q.numerator / q.denominator
    return sums


CONFIGURATIONS = [
    # rates, groups, r, w
    ([0.2, 0.2, 0.2], [2, 1], 0.3, 0.6),
    ([0.1, 0.12, 0.3], [2, 1], 0.3, 0.6),
    ([0.1, 0.12, 0.3], [1, 2], 0.0, 0.6),
    ([0.23] * 4, [2, 2], 0.1, 0.5),
    ([0.23] * 4, [3, 1], 0.1, 0.9),
    ([0.23] * 5, [3, 2], 0.25, 0.75),
    ([0.23] * 5, [1, 3, 1], 0.3, 0.3000001),
    ([0.23] * 5, [4, 1], 0.0, 0.99),
    ([0.1, 0.4, 0.05, 0.6, 0.3], [2, 3], 0.2, 0.7),
    ([0.1, 0.4, 0.05, 0.6, 0.3], [2, 2, 1], 0.0, 0.5),
    ([0.1, 0.4, 0.05, 0.6, 0.3], [1, 1, 3], 0.5, 0.97),
    ([1e-9] * 4, [2, 2], 0.3, 0.6),
    ([1e-9, 1e-3, 0.3, 0.9], [2, 2], 0.3, 0.6),
    ([1e-9] * 3, [2, 1], 0.05, 0.9),
    ([0.97, 0.9, 0.8, 0.5], [3, 1], 0.4, 0.8),
    ([0.01] * 6, [2, 2, 2], 0.2, 0.5),
    ([0.01, 0.02, 0.03, 0.04, 0.05, 0.06], [3, 3], 0.1, 0.4),
    ([0.3] * 6, [5, 1], 0.9, 0.95),
    ([0.45] * 5, [2, 3], 1e-6, 0.3),
    ([0.2, 0.3, 0.2, 0.3], [2, 2], 0.3, 0.999),
]

MODES = [(0, "same"), (Fraction(1, 4), "same"), (Fraction(1, 4), "3"), (Fraction(0), "distinct")]


def rules(n):
    yield from ["majority", "any", "unanimous", "plurality"]
    if n >= 3:
        yield f"k-of-n {n - 1}"
        yield "weighted " + " ".join(str(1 + i % 3) for i in range(n))
        yield f"cascade 2 unanimous {n - 2} majority"


def main():
    scale = 0.83 if "--verify" in sys.argv else 1.0
    print("rates,groups,correlation,within,rule,attempts,silence,answers,correct,abstain,wrong")
    for rates, groups, r, w in CONFIGURATIONS:
        law = sets(rates, groups, r, w, scale)
        n = len(rates)
        total = sum(law, arb(0))
        print(rates, groups, r, w, "off one by", abs(total - 1).str(3), file=sys.stderr, flush=True)
        for rule in rules(n):
            for silence, kind in MODES if n < 6 or rule == "majority" else MODES[:1]:
                row(rates, groups, r, w, rule, 1, silence, kind, law_of_sets(law, lambda f: of_set(rule, f, Fraction(silence), kind)))
    for rates, groups, r, w in CONFIGURATIONS[:3]:
        # The calls of both attempts, group by group: the first attempt's before the second's within each.
        order, virtual, first = [], [], 0
        for size in groups:
            order += [(attempt, first + i) for attempt in range(2) for i in range(size)]
            first += size
        virtual = [rates[agent] for _, agent in order]
        law = sets(virtual, [2 * size for size in groups], r, w, scale)
        n = len(rates)

        def in_order(failed):
            sorted_ = [0] * (2 * n)
            for place, (attempt, agent) in enumerate(order):
                sorted_[attempt * n + agent] = failed[place]
            return sorted_

        for rule in ["majority", "plurality"]:
            for silence, kind in MODES:
                of = lambda f: pipeline(rule, in_order(f), 2, Fraction(silence), kind)
                row(rates, groups, r, w, rule, 2, silence, kind, law_of_sets(law, of))


def row(rates, groups, r, w, rule, attempts, silence, kind, outcomes):
    texts = [" ".join(repr(f) for f in rates), " ".join(str(g) for g in groups), repr(r), repr(w), rule, str(attempts)]
    values = [p.mid().str(25, radius=False) if p != 0 else "0" for p in outcomes]
    print(",".join(texts + [str(float(silence)), kind] + values), flush=True)


if __name__ == "__main__":
    main()
