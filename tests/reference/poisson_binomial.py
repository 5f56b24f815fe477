"""Writes poisson_binomial.csv, tails of the number of correct agents that fail with different rates, to test the exact engine against.

    pip install python-flint==0.9.0
    python poisson_binomial.py > poisson_binomial.csv

The rates of a row follow from its columns n, seed and shape. Let m be the value after step i + 1 of

    m <- (6364136223846793005 m + 1442695040888963407) mod 2^64,   m = seed before the first step,

and u = floor(m / 2^54), an integer from 0 to 1023. Then agent i, counted from zero, fails with the rate

    even     (2u + 1) / 2048
    seldom   (2u + 1) / 2^17
    often    1 - (2u + 1) / 2^14
    split    (2u + 1) / 2^21 if i is even, else 1 - (2u + 1) / 2^21
    powers   (2u + 1) * 2^-(11 + 40 * (i mod 8))

all of which are doubles. The law of the number of failures is exact: integers over a common power of two, P = prod (q + p x) taken as a polynomial
product of integers. Each row is the smaller of the tails P(correct >= k) and P(correct < k), named by tail, with 19 significant digits, and
its logarithm where it is below 2^-900; p is left out below 2^-1074.
"""

from flint import arb, ctx, fmpz, fmpz_poly

ctx.prec = 320

MULTIPLIER = 6364136223846793005
INCREMENT = 1442695040888963407


def draws(n, seed):
    m = seed
    for _ in range(n):
        m = (MULTIPLIER * m + INCREMENT) % 2**64
        yield m >> 54


def rate(shape, i, u):
    """The rate as an integer over a power of two."""
    odd = 2 * u + 1
    if shape == "even":
        return odd, 11
    if shape == "seldom":
        return odd, 17
    if shape == "often":
        return 2**14 - odd, 14
    if shape == "split":
        return (odd if i % 2 == 0 else 2**21 - odd), 21
    if shape == "powers":
        return odd, 11 + 40 * (i % 8)
    raise ValueError(shape)


def product(factors):
    while len(factors) > 1:
        pairs = [a * b for a, b in zip(factors[::2], factors[1::2])]
        factors = pairs + factors[len(factors) // 2 * 2 :]
    return factors[0]


def law(n, seed, shape):
    """The numbers P(correct = j) * 2^bits, and the bits."""
    rates = [rate(shape, i, u) for i, u in enumerate(draws(n, seed))]
    polynomial = product([fmpz_poly([p, 2**bits - p]) for p, bits in rates])
    return polynomial.coeffs(), sum(bits for _, bits in rates)


def decimal(x):
    assert x.rel_accuracy_bits() > 80, x
    mantissa, _, exponent = x.str(19, radius=False).partition("e")
    return mantissa + ("e" + exponent if exponent else "")


def rows(n, seed, shape, tails):
    """Where the smaller tail is first below each of the given sizes, on both sides of the mean, and at a majority and the ends."""
    masses, bits = law(n, seed, shape)
    whole = fmpz(1) << bits
    assert sum(masses) == whole
    below = [fmpz(0)]
    for mass in masses:
        below.append(below[-1] + mass)
    centre = next(k for k in range(n + 1) if 2 * below[k + 1] > whole)
    thresholds = {1, n // 2 + 1, 2 * n // 3 + 1, n, centre, centre + 1}
    for exponent in tails:
        size = whole >> exponent if exponent <= bits else fmpz(0)
        thresholds.add(next((k for k in range(centre, -1, -1) if below[k] < size), 0))
        thresholds.add(next((k for k in range(centre, n + 1) if whole - below[k] < size), 0))
    for k in sorted(thresholds):
        if not 1 <= k <= n:
            continue
        side, small = min(("below", below[k]), ("at_least", whole - below[k]), key=lambda tail: tail[1])
        p = arb(small) / arb(whole)
        written = decimal(p) if not p < arb(2) ** -1074 else ""
        logarithm = decimal(p.log()) if p < arb(2) ** -900 else ""
        yield f"{n},{seed},{shape},{k},{side},{written},{logarithm}"


def main():
    print("n,seed,shape,k,tail,p,ln_p")
    for shape in ["even", "seldom", "often", "split", "powers"]:
        for n, seed in [(200, 1), (251, 2), (501, 3), (1000, 4), (1001, 5), (3000, 6)]:
            for row in rows(n, seed, shape, [10, 60, 300, 1000, 2500]):
                print(row)


if __name__ == "__main__":
    main()
