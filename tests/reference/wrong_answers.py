#!/usr/bin/env python3
"""Votes whose wrong answers follow a law of collision: reference values, by brute force.

Writes `wrong_answers.csv` (or the file named on the command line). Needs mpmath; takes some three minutes.

    python3 wrong_answers.py [FILE]

Columns: rule, failure_rates, wrong_answers, hallucination, ties, min_votes, k, correct, abstain, wrong, dependence
(empty: the agents are independent). Every number of the file that is a rate, a share, a collision or a discount is an
IEEE double in its shortest decimal form and is taken as that exact binary value; 1 - f, 1 - a and m c - 1 are exact
functions of it. Probabilities are given to 25 significant digits. An exact zero is `0`.

What a row means. Agent i fails with probability failure_rates[i]; a failed agent votes for a wrong answer with
probability `hallucination`, else it is silent. The wrong answers form a random partition by `wrong_answers`:

* "same" (or 1), "distinct", or an integer m: each picks one of m wrong answers, uniformly and independently;
* {"collision": c, "discount": a} (a = 0 where it is not given): theta = (1-a)/c - 1; the next wrong agent repeats an
  answer that j of w have given with probability (j-a)/(w+theta), or gives a new one with (theta+k a)/(w+theta), k the
  number of answers so far;
* {"answers": m, "collision": c}: kappa = (1-c)/(m c - 1); (j+kappa)/(w+m kappa) and (m-k) kappa/(w+m kappa).

* plurality: fewer votes cast (right and wrong together) than min_votes, or none: abstain. Else the answers with the most
  votes lead; one leader is given; of r leaders with ties = "random" each is given with probability 1/r, with
  ties = "abstain" none.
* k-of-n: correct where k or more are right; wrong where, for k > n/2, k or more give one wrong answer; else abstain.

How. (correct, wrong) voters: agent by agent. Partitions:

* up to n = 24: the wrong agents are seated one after the other, as the laws above say, and the probability of every
  integer partition is kept. Nothing else is used: no rising factorials, no generating functions.
* n = 60 and 100: too many partitions. They are folded by the size of blocks: T_b[w][k], the sum over all partitions of w
  agents into k blocks of at most b of the weights prod g(n_i) / (n_i! ...), grows from T_{b-1} by m = 0, 1, 2, ... blocks
  of size b; m, at the largest b, is the number of leading answers. At n = 24 or less both ways agree.

All terms are positive, so 60 digits of working precision leave far more than 25.
"""
import csv
import functools
import json
import sys

from mpmath import mp, mpf

mp.dps = 60
ZERO, ONE = mpf(0), mpf(1)


class Law:
    """A law of wrong answers, as the rule by which the next wrong agent is seated."""

    def __init__(self, text):
        law = json.loads(text)
        self.kind, self.answers = "process", None
        if isinstance(law, dict):
            c = mpf(law["collision"])
            if "answers" in law:
                m = self.answers = law["answers"]
                kappa = (1 - c) / (m * c - 1)
                self.a, self.theta = -kappa, m * kappa
            else:
                self.a = mpf(law.get("discount", 0))
                self.theta = (1 - self.a) / c - 1
        elif law in ("same", "distinct"):
            self.kind = law
        else:
            self.kind, self.answers = "uniform", law

    def repeat(self, j, w):
        """P(the next agent gives an answer that j of w have given)"""
        if self.kind == "same":
            return ONE
        if self.kind == "distinct":
            return ZERO
        if self.kind == "uniform":
            return ONE / self.answers
        return (j - self.a) / (w + self.theta)

    def new(self, k, w):
        """P(the next agent gives an answer that none of the k known ones is)"""
        if w == 0:
            return ONE
        if self.kind == "same" or k == self.answers:
            return ZERO
        if self.kind == "distinct":
            return ONE
        if self.kind == "uniform":
            return (self.answers - k) / mpf(self.answers)
        return (self.theta + k * self.a) / (w + self.theta)


def add(table, key, value):
    table[key] = table.get(key, ZERO) + value


def seat(law, n):
    """for each w up to n, {(size of the largest block, how many have it): probability}, by seating one by one

    A partition is the tuple of its block sizes, descending."""
    partitions, out = {(): ONE}, []
    for w in range(n + 1):
        shape = {}
        for p, q in partitions.items():
            add(shape, (p[0], p.count(p[0])) if p else (0, 0), q)
        out.append(shape)
        if w == n:
            break
        following = {}
        for p, q in partitions.items():
            for i, j in enumerate(p):
                if i == 0 or p[i - 1] > j:  # the first block of this size grows, for all of this size
                    r = law.repeat(j, w)
                    if r:
                        add(following, p[:i] + (j + 1,) + p[i + 1:], q * r * p.count(j))
            r = law.new(len(p), w)
            if r:
                add(following, p + (1,), q * r)
        partitions = following
    return out


def fold(law, n):
    """the same as `seat`, by the sizes of blocks in ascending order: for n too large for all partitions"""
    if law.kind in ("same", "distinct"):
        return [{(0, 0): ONE}] + [{(w, 1) if law.kind == "same" else (1, w): ONE} for w in range(1, n + 1)]
    # v[w][k] w! prod g(n_i) is the probability of one set partition of w agents; g(j) has 1/j! in it
    factorial = [ONE]
    for j in range(1, n + 1):
        factorial.append(factorial[-1] * j)
    if law.kind == "uniform":
        g = [ONE / x for x in factorial]
        news = [mpf(law.answers - k) for k in range(n)]
        seats = [mpf(law.answers)] * n
    else:
        g = [ONE, ONE]
        for j in range(1, n):
            g.append(g[-1] * (j - law.a) / (j + 1))
        news = [law.theta + k * law.a for k in range(n)]
        seats = [law.theta + w for w in range(n)]
    if law.answers is not None:
        for k in range(law.answers, n):
            news[k] = ZERO
    first = ONE if law.kind == "process" else news[0] / seats[0]
    # v[w][k], without w!: the first agent always gives a new answer
    v = [[ZERO] * (n + 1) for _ in range(n + 1)]
    down = ONE
    for w in range(1, n + 1):
        down = down * seats[w - 1] if w > 1 else ONE
        up = first
        for k in range(1, w + 1):
            if k > 1:
                up *= news[k - 1]
            v[w][k] = up / down * factorial[w]
    out = [{} for _ in range(n + 1)]
    out[0][(0, 0)] = ONE
    t = [{} for _ in range(n + 1)]  # t[w][k]
    t[0][0] = ONE
    for b in range(1, n + 1):
        powers = [ONE]
        while len(powers) * b <= n:
            powers.append(powers[-1] * g[b] / len(powers))
        following = [dict(x) for x in t]
        for w in range(n + 1):
            for k, q in t[w].items():
                for m in range(1, (n - w) // b + 1):
                    if law.answers is not None and k + m > law.answers:
                        break
                    x = q * powers[m]
                    w2, k2 = w + m * b, k + m
                    add(following[w2], k2, x)
                    add(out[w2], (b, m), x * v[w2][k2])
        t = following
    return out


def voters(rates, share):
    """{(correct, wrong): probability}, agent by agent"""
    share, table = mpf(share), {(0, 0): ONE}
    for f in rates:
        f = mpf(f)
        following = {}
        for (c, w), q in table.items():
            add(following, (c + 1, w), q * (1 - f))
            if share > 0:
                add(following, (c, w + 1), q * (f * share))
            if share < 1:
                add(following, (c, w), q * (f * (1 - share)))
        table = following
    return table


def plurality(c, w, b, r, ties, min_votes):
    """(correct, wrong) given c right votes, w wrong ones, r wrong answers with the most, b each"""
    if c + w < max(min_votes, 1):
        return 0, 0
    right, leaders = (1 if c >= b else 0), (r if b >= c else 0)
    if right + leaders == 1:
        return right, leaders
    if ties == "abstain":
        return 0, 0
    return ONE * right / (right + leaders), ONE * leaders / (right + leaders)


def k_of_n(c, b, k, n):
    if c >= k:
        return 1, 0
    return 0, (1 if 2 * k > n and b >= k else 0)


@functools.lru_cache(None)
def fold_once(law):
    return fold(Law(law), 100)


def assess(row):
    rates = row["failure_rates"]
    n = len(rates)
    shapes = seat(Law(row["wrong_answers"]), n) if n <= 24 else fold_once(row["wrong_answers"])
    total = [ZERO, ZERO, ZERO]
    for (c, w), q in voters(rates, row["hallucination"]).items():
        for (b, r), p in shapes[w].items():
            if row["rule"] == "plurality":
                right, wrong = plurality(c, w, b, r, row["ties"], row["min_votes"])
            else:
                right, wrong = k_of_n(c, b, row["k"], n)
            x = q * p
            total[0] += x * right
            total[2] += x * wrong
            if right + wrong == 0:
                total[1] += x
    assert abs(sum(total) - 1) < mpf(10) ** -50, (row, total)
    return total


def digits(x):
    if x == 0:
        return "0"
    text = mp.nstr(x, 25, strip_zeros=False, min_fixed=1, max_fixed=0)
    return text if "e" in text else text + "e+0"


# ---------------------------------------------------------------------------------------------------------------------
# which rows


class Draws:
    """A generator that every Python draws alike."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n

    def of(self, values):
        return values[self.below(len(values))]


COLLISIONS = [1e-12, 1e-9, 1e-6, 0.001, 0.05, 0.2, 0.5, 0.8, 0.99, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12]
DISCOUNTS = [None, 0, 1e-9, 0.5, 0.99, 1 - 1e-9]
ANSWERS = [2, 3, 5, 17, 1000, 10**6, 10**9, 10**12]
RATES = [1e-9, 1e-6, 0.001, 0.05, 0.2, 0.37, 0.5, 0.63, 0.8, 0.95, 0.999]
SHARES = [1e-6, 0.001, 0.1, 0.25, 0.6, 0.9, 0.999999, 1, 1]


def open_law(c, a):
    return json.dumps({"collision": c} if a is None else {"collision": c, "discount": a})


def laws():
    out = [open_law(c, a) for c in COLLISIONS for a in DISCOUNTS]
    for m in ANSWERS:
        for c in (1 / m + 2e-9, 1 / m + 1e-6, 1 / m + (1 - 1 / m) * 0.07, 0.6, 0.97, 1 - 1e-9, 1 - 1e-12):
            out.append(json.dumps({"answers": m, "collision": c}))
    out += ['"same"', '"distinct"'] + [str(m) for m in (1, 2, 3, 4, 10, 1000, 10**6, 10**12)]
    return out


def rates(draws, n):
    if draws.below(3) == 0:
        return [draws.of(RATES)] * n
    if draws.below(3) == 0:  # anything from 1e-9 to .999
        return [draws.of(RATES) for _ in range(n)]
    return [(1 + draws.below(998)) / 1000 for _ in range(n)]


def row(rule, failure_rates, wrong_answers, hallucination, ties="", min_votes="", k=""):
    return {"rule": rule, "failure_rates": failure_rates, "wrong_answers": wrong_answers, "hallucination": hallucination,
            "ties": ties, "min_votes": min_votes, "k": k}


def rows():
    draws, every = Draws(20), laws()
    # every law once in a plurality, ties and the number of agents in turn
    for i, law in enumerate(every):
        n = 1 + (i * 7 + i // 24) % 24
        least = 1 if i % 3 == 0 else 1 + draws.below(n)
        yield row("plurality", rates(draws, n), law, draws.of(SHARES), ("abstain", "random")[(i + i // 6) % 2], least)
    # min_votes from 1 to n, both ties
    for ties in ("abstain", "random"):
        for least in range(1, 6):
            yield row("plurality", [0.4, 0.125, 0.7, 0.999, 0.31], open_law(0.45, 0.25), 0.5, ties, least)
    # one and two agents
    for ties in ("abstain", "random"):
        yield row("plurality", [0.3], open_law(1e-12, 0.5), 0.75, ties, 1)
        yield row("plurality", [0.3, 0.999], open_law(0.3, None), 1e-6, ties, 2)
        yield row("plurality", [0.3, 0.6], '{"answers": 2, "collision": 0.500000002}', 1, ties, 1)
    # k-of-n: half of the laws, and then some where k is half of n or less
    for i, law in enumerate(law for j, law in enumerate(every) if (j + j // 6) % 2 == 0):
        n = 1 + (i * 5 + i // 24) % 24
        yield row("k-of-n", rates(draws, n), law, draws.of(SHARES), k=n // 2 + 1 + draws.below((n + 1) // 2))
    for i, law in enumerate(every[5::13]):
        n = 2 + (i * 9) % 23
        yield row("k-of-n", rates(draws, n), law, draws.of(SHARES), k=1 + draws.below(n // 2))
    # many agents
    large = [open_law(0.02, None), open_law(0.3, None), open_law(1e-9, 0), open_law(1 - 1e-9, None), open_law(0.3, 0.5),
             open_law(0.665, 0.4), open_law(1e-6, 0.99), open_law(0.9, 1 - 1e-9), open_law(0.05, 1e-9),
             '{"answers": 4, "collision": 0.4}', '{"answers": 3, "collision": 0.3333333353333333}',
             '{"answers": 1000, "collision": 0.2}', '{"answers": 1000000000000, "collision": 0.05}',
             '{"answers": 7, "collision": 0.999999}', "2", "5", "1000", '"distinct"', '"same"', '{"answers": 64, "collision": 0.031}']
    for n in (60, 100):
        for i, law in enumerate(large):
            share = (1, 0.6, 1, 0.9, 0.001)[i % 5]
            f = (0.5, 0.63, 0.8, 0.95, 0.2, 0.7, 0.999)[(i + n // 60) % 7]
            if i % 5 == 4:
                yield row("k-of-n", [f] * n, law, (1, 0.6)[i % 2], k=n // 2 + 1 + (n // 10) * (i % 2))
            else:
                yield row("plurality", [f] * n, law, share, ("abstain", "random")[(i // 2 + n // 60) % 2], (1, n // 2, n)[i % 3])


COLUMNS = ["rule", "failure_rates", "wrong_answers", "hallucination", "ties", "min_votes", "k", "correct", "abstain", "wrong",
           "dependence"]


def main(path="wrong_answers.csv"):
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for r in rows():
            values = [digits(x) for x in assess(r)]
            out.writerow([r["rule"], json.dumps(r["failure_rates"]), r["wrong_answers"], json.dumps(r["hallucination"]),
                          r["ties"], r["min_votes"], r["k"], *values, ""])


if __name__ == "__main__":
    main(*sys.argv[1:])
