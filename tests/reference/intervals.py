"""Writes intervals.csv, the confidence intervals of a failure rate that the crate's are tested against.

    pip install python-flint==0.9.0 mpmath==1.4.1
    python intervals.py > intervals.csv

Each row is the interval of Clopper and Pearson and that of Wilson for so many failures in so many runs; the confidence stands for the
exact value of the double. An end of the first is where a tail of the binomial, computed by binomial.py in interval arithmetic, is half
of what the confidence leaves: found by Newton's method, then proven by the signs on both sides of it, 2^-70 of it away. With
--verify the tails are computed once more as mpmath's incomplete beta functions, for up to 2,000 runs.
"""

import random
import sys

from flint import arb, ctx, fmpq

import binomial

random.seed(20260117)
ctx.prec = 320


def rational(x):
    """The middle of a ball, to 100 bits."""
    ctx.prec = 100
    mantissa, exponent = (+x.mid()).mid().man_exp()
    ctx.prec = 320
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def tail_of(side, x, n, f):
    """P(X >= x) or P(X <= x) for X failures in n runs at the rate f, x on the far side of the mean."""
    return binomial.upper_tail(n, f, x) if side == "low" else binomial.upper_tail(n, 1 - f, n - x)


def slope_of(side, x, n, f):
    """The derivative of that tail for the logarithm of the odds of f."""
    f, q = arb(f), arb(1 - f)
    mass = (arb(n + 1).lgamma() - arb(x + 1).lgamma() - arb(n - x + 1).lgamma() + x * f.log() + (n - x) * q.log()).exp()
    return x * q * mass if side == "low" else -(n - x) * f * mass


def end(side, x, n, share, start):
    """Where the tail is `share`: the middle of a proven enclosure."""
    odds = start / (1 - start)
    for _ in range(200):
        f = rational(odds / (1 + odds))
        tail = tail_of(side, x, n, f)
        step = ((share / tail).log() * tail / slope_of(side, x, n, f)).mid()
        odds = (odds * step.exp()).mid()
        if abs(step) < arb(2) ** -85:
            break
    f = rational(odds / (1 + odds))
    away = f * fmpq(1, 2**70)
    before, after = tail_of(side, x, n, f - away), tail_of(side, x, n, f + away)
    rises = side == "low"
    assert (before < share and share < after) if rises else (after < share and share < before), (side, x, n, before, after)
    return arb(f)


def wilson(x, n, share):
    """Both ends, and the square of the normal quantile comes from the inverse of the error function."""
    z2 = 2 * (2 * share).erfcinv() ** 2
    centre = x + z2 / 2
    spread = (z2 * (arb(x) * (n - x) / n + z2 / 4)).sqrt()
    return arb(x * x) / (n * (centre + spread)), (centre + spread) / (n + z2)


def clopper_pearson(x, n, share):
    near_low, near_high = wilson(x, n, share)
    if x == 0:
        return arb(0), -(share.log() / n).expm1()
    if x == n:
        return (share.log() / n).exp(), arb(1)
    return end("low", x, n, share, near_low), end("high", x, n, share, near_high)


def decimal(x):
    if x == 0 or x == 1:
        return str(int(float(x.mid())))
    assert x.rel_accuracy_bits() > 80, x
    mantissa, _, exponent = x.str(19, radius=False).partition("e")
    return mantissa + ("e" + exponent if exponent else "")


def verify(x, n, share, low, high):
    """The tails on both sides of each end, 2^-60 of it away."""
    from mpmath import betainc, mp, mpf

    mp.dps = 60
    share, low, high = (mpf(ball.str(55, radius=False)) for ball in (share, low, high))
    away = mpf(2) ** -60
    if x > 0:
        tails = [betainc(x, n - x + 1, 0, low * factor, regularized=True) for factor in (1 - away, 1 + away)]
        assert tails[0] < share < tails[1], (x, n)
    if x < n and high * (1 + away) < 1:
        tails = [betainc(n - x, x + 1, 0, 1 - high * factor, regularized=True) for factor in (1 + away, 1 - away)]
        assert tails[0] < share < tails[1], (x, n)


def row(x, n, confidence):
    share = arb((1 - binomial.exactly(confidence)) / 2)
    low, high = clopper_pearson(x, n, share)
    if "--verify" in sys.argv and n <= 2000:
        verify(x, n, share, low, high)
    ends = [decimal(value) for value in (low, high, *wilson(x, n, share))]
    return f"{x},{n},{confidence!r}," + ",".join(ends)


def questions():
    confidences = [0.01, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1 - 1e-9, 1 - 2.0**-52]
    for n in [1, 2, 3, 10, 100, 418, 10**4, 10**6, 10**9, 10**13]:
        for x in sorted({0, 1, 2, 5, n // 10, n // 3, n // 2, n - 2, n - 1, n}):
            if 0 <= x <= n:
                yield x, n, 0.95
                yield x, n, random.choice(confidences)
    for confidence in confidences:
        yield 1, 10**9, confidence
        yield 1, 10**13, confidence
        yield 0, 10**13, confidence
    for _ in range(200):
        n = round(10 ** random.uniform(0, 13))
        x = min(n, random.choice([round(10 ** random.uniform(0, 4)), random.randint(0, n), round(n * 10 ** random.uniform(-6, 0))]))
        yield x, n, random.choice(confidences)


def main():
    print("failures,runs,confidence,low,high,wilson_low,wilson_high")
    for question in sorted(set(questions())):
        print(row(*question), flush=True)


if __name__ == "__main__":
    main()
