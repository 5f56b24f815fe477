"""Writes different_votes.csv, outcomes of votes of agents with different rates some of whose failures do not vote.

    pip install python-flint==0.9.0
    python different_votes.py > different_votes.csv

The rates follow from n, seed and shape as in poisson_binomial.py. A failed agent is silent with probability 2^-silence (never, where it is left out),
else it votes for one of `answers` wrong answers (a power of two), each as likely as the others. The vote needs k votes for one answer, k > n/2:

    P(wrong) = answers * P(votes for one of them >= k),   P(abstain) = P(correct < k) - P(wrong),

both laws as exact integers over a power of two, so that nothing is lost in the difference. Rows below 2^-1000 are left out.
"""

from flint import arb, fmpz, fmpz_poly

from poisson_binomial import decimal, draws, law, product, rate


def votes_for_one(n, seed, shape, silence, answers):
    """The numbers P(votes = j) * 2^bits, and the bits."""
    factors, total = [], 0
    for i, u in enumerate(draws(n, seed)):
        p, bits = rate(shape, i, u)
        votes = 2**silence - 1 if silence else 1
        p, bits = p * votes, bits + silence + answers.bit_length() - 1
        factors.append(fmpz_poly([2**bits - p, p]))
        total += bits
    return product(factors).coeffs(), total


def rows(n, seed, shape):
    masses, bits = law(n, seed, shape)
    for silence in [0, 1, 3, 20, 40]:
        for answers in [1, 2, 4]:
            votes, votes_bits = votes_for_one(n, seed, shape, silence, answers)
            for k in sorted({n // 2 + 1, 2 * n // 3 + 1}):
                wrong = sum(votes[k:], fmpz(0)) * answers
                abstain = (sum(masses[:k], fmpz(0)) << (votes_bits - bits)) - wrong
                whole = fmpz(1) << votes_bits
                if all(x == 0 or x << 1000 > whole for x in (abstain, wrong)):
                    abstain, wrong = (decimal(arb(x) / arb(whole)) if x else "0" for x in (abstain, wrong))
                    yield f"{n},{seed},{shape},{silence or ''},{answers},{k},{abstain},{wrong}"


def main():
    print("n,seed,shape,silence,answers,k,abstain,wrong")
    for n, seed in [(3, 7), (30, 8), (61, 12), (301, 9), (1000, 10), (1001, 11)]:
        for shape in ["even", "often", "split"]:
            for row in rows(n, seed, shape):
                print(row)


if __name__ == "__main__":
    main()
