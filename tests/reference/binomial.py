"""Writes binomial.csv, the tails of the binomial distribution that the exact engine is tested against.

    pip install python-flint==0.9.0
    python binomial.py > binomial.csv

Each row is the smaller of the two tails of the number of correct agents at the threshold k, out of n that fail with rate f, f standing for
the exact value of the double. The tail is computed in interval arithmetic of 320 bits that rounds outward, so that every digit written is
proven, as the incomplete beta function

    P(Bin(n, p) >= m) = integral over t from 0 to p of t^(m-1) (1-t)^(n-m) dt / B(m, n-m+1),   t = p (1 - w),

or, where n - m is at most 1,000, as the sum of its terms. With --verify both are computed where n - m is between 300 and 1,000.
"""

import random
import sys

from flint import acb, arb, ctx, fmpq

ctx.prec = 320
random.seed(20250731)

MOST_AGENTS = 10**13

# Up to so many terms a tail is their sum.
FEW_TERMS = 1000


def exactly(x):
    numerator, denominator = x.as_integer_ratio()
    return fmpq(numerator, denominator)


def ln_less_linear(x):
    """ln(1 + x) - x for a ball of small numbers, as a series: in one expression, wide balls would not cancel."""
    order = 56
    size = arb(abs(x).upper())
    if not size < 0.25:
        return acb("nan")
    total = acb(0)
    for k in range(order, 1, -1):
        total = total * x + (acb(1) if k % 2 else acb(-1)) / k
    rest = (2 * size ** (order + 1)).upper()
    return total * x * x + acb(arb(0, rest), arb(0, rest))


def upper_tail(n, p, m):
    """P(Bin(n, p) >= m) for 1 <= m, m not below the mean, p a fraction: the integrand falls with w."""
    if m == n:
        return (n * (-arb(1 - p)).log1p()).exp()
    if m == 1:
        return -(n * (-arb(p)).log1p()).expm1()
    fall = arb(m - (n - m) * p / (1 - p))
    p, q = arb(p), arb(1 - p)
    odds = p / q

    def exponent(w):
        # m ln(1 - w) + (n-m) (ln(1 - p + p w) - ln(1 - p))
        return m * (1 - w).log() + (n - m) * (1 + odds * w).log()

    def of_w(w, analytic):
        return (-fall * w + m * ln_less_linear(-w) + (n - m) * ln_less_linear(odds * w)).exp() / (1 - w)

    def of_s(s, analytic):
        return (-m * s + (n - m) * (1 + odds * (1 - (-s).exp())).log(analytic)).exp()

    s = arb(1) / (4 * n)
    while not exponent(1 - (-s).exp()) < -130:
        s *= 2
    end = (1 - (-s).exp()).mid()
    small = end < 0.1 and odds * end < 0.1
    rate = m - (n - m) * odds * (1 - end) / (1 + odds * end)
    assert rate > 0
    # The exponent is concave in s = -ln(1 - w), so that the rest is below that of an exponential.
    rest = exponent(end).exp() / rate * arb(0.5, 0.5)
    # Near w = 1, where ln(1 - w) is singular, the integral is taken over s. Pieces where the exponent falls by about ten
    # keep the integrator from bisecting.
    integrand, stop = (of_w, end) if small else (of_s, -(1 - end).log())
    total, pieces = arb(0), 13
    for piece in range(pieces):
        total += acb.integral(
            integrand, acb(stop * piece / pieces), acb(stop * (piece + 1) / pieces),
            rel_tol=arb(2) ** -110, abs_tol=arb(2) ** -110 * stop, eval_limit=100_000,
        ).real
    factor = (arb(n + 1).lgamma() - arb(m).lgamma() - arb(n - m + 1).lgamma() + m * p.log() + (n - m) * q.log()).exp()
    return factor * (total + rest)


def summed(n, p, m):
    """The same by its terms."""
    odds = arb(p / (1 - p))
    coefficient = arb(1)
    for i in range(n - m):
        coefficient = coefficient * (n - i) / (i + 1)
    term = coefficient * arb(p) ** m * arb(1 - p) ** (n - m)
    total = arb(0)
    for i in range(m, n + 1):
        total += term
        term = term * odds * (n - i) / (i + 1)
    return total


def tail_away_from_the_mean(n, k, f):
    """(side, m, p): the side of the mean on which k lies, its tail as P(Bin(n, p) >= m)."""
    f = exactly(f)
    if k > n * (1 - f):
        return "at_least", k, 1 - f
    return "below", n - k + 1, f


def smaller_tail(n, k, f):
    """The side that holds the smaller tail, and that tail."""
    side, m, p = tail_away_from_the_mean(n, k, f)
    value = summed(n, p, m) if n - m <= FEW_TERMS else upper_tail(n, p, m)
    if "--verify" in sys.argv and 300 < n - m <= FEW_TERMS and 1e-6 < f < 1 - 1e-6:
        other = upper_tail(n, p, m)
        assert value.overlaps(other) and other.rel_accuracy_bits() > 80, (n, k, f)
    if not value > 0.5:
        return side, value
    complement = -(n * (-arb(1 - p)).log1p()).expm1() if m == n else 1 - value
    return ("below" if side == "at_least" else "at_least"), complement


def decimal(x, digits):
    text = x.str(digits + 3, radius=False)
    assert x.rel_accuracy_bits() > 80, (text, x.rel_accuracy_bits())
    mantissa, _, exponent = x.str(digits, radius=False).partition("e")
    return mantissa + ("e" + exponent if exponent else "")


def row(n, k, f):
    side, value = smaller_tail(n, k, f)
    # Below the doubles a logarithm is all that can be compared.
    written = decimal(value, 19) if not value < arb(2) ** -1074 else ""
    logarithm = decimal(value.log(), 19) if value < arb(2) ** -900 else ""
    return f"{n},{k},{f!r},{side},{written},{logarithm}"


def grid():
    """Numbers of agents and rates of every size, thresholds across the whole range."""
    agents = [1, 2, 3, 5, 7, 10, 20, 50, 61, 62, 63, 101, 200, 500, 1001, 2000, 10**4, 10**5, 10**6, 10**9, 10**11, 10**13]
    rates = [5e-324, 1e-310, 1e-300, 1e-100, 1e-30, 1e-12, 1e-9, 1e-6, 1e-4, 0.001, 0.01, 0.05, 0.1, 0.23, 0.3, 0.45, 0.49, 0.499999]
    rates += [0.5, 0.51, 0.77, 0.9, 0.99, 0.999999, 1 - 2.0**-53]
    for n in agents:
        for f in rates:
            mean = n - round(n * f)
            for k in {1, n // 4, n // 2 + 1, 3 * n // 4, mean, n}:
                if 1 <= k <= n:
                    yield n, k, f


def number_of_agents(most):
    return max(1, min(most, round(10 ** random.uniform(0, len(str(most)) - 1))))


def rate():
    """Uniform, or of any size on either side."""
    kind = random.randrange(4)
    if kind == 0:
        return 10 ** random.uniform(-12, -0.3)
    if kind == 1:
        return 1 - 10 ** random.uniform(-12, -0.3)
    return random.uniform(0.01, 0.99)


def near_the_mean(count, deviations):
    for _ in range(count):
        n, f = number_of_agents(MOST_AGENTS), rate()
        deviation = (n * f * (1 - f)) ** 0.5
        yield n, round(n * (1 - f) + random.uniform(-deviations, deviations) * deviation + random.uniform(-2, 2)), f


def anywhere(count):
    for _ in range(count):
        n, f = number_of_agents(10**4), rate()
        yield n, random.randint(1, n), f


def few_failures(count):
    """Counts of some hundred: where a sum of terms hands over to an integral."""
    for _ in range(count):
        n = random.choice([600, 700, 1000, 2000, number_of_agents(MOST_AGENTS) + 1000])
        j = random.randint(200, 420)
        f = min(j / n * random.uniform(0.5, 1.02), 0.7)
        k, f = random.choice([(n - j, f), (j, 1 - f)])
        yield n, k, f


def main():
    points = list(grid()) + list(near_the_mean(2600, 5)) + list(near_the_mean(1800, 38)) + list(anywhere(2800)) + list(few_failures(700))
    points = sorted({(n, k, f) for n, k, f in points if 1 <= k <= n and 0 < f < 1})
    print("n,k,f,tail,p,ln_p")
    for point in points:
        print(row(*point))


if __name__ == "__main__":
    main()
