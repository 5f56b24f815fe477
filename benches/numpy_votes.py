"""Measures how many agent votes NumPy simulates per second, each drawn, for a strict majority of n agents that fail at rate f.

    pip install numpy==2.4.6
    python3 benches/numpy_votes.py > benches/numpy_votes.csv

Forms (all one thread, PCG64 or SFC64, whichever is faster for that form):

    float64 rows    (random((trials, n)) < f).sum(1)
    float32 rows    the same with float32: f counts to 2^-24
    float32 columns float32, one agent after the other, added to a byte or two per trial
    uint16 rows     raw random bytes taken as uint16, compared with round(65536 f): f counts to 2^-16
    uint16 columns  the same, one agent after the other
    bits            f = 0.5 alone: a random bit is a vote, counted by bitwise_count

Each form is given the better of three sizes of a piece of work, from what fits a first-level cache on, so it is NumPy at its best and not
as it is first written down. A cell is the best of five passes of at least 40 ms: on a busy machine that favours NumPy.
"""

import csv
import sys
import time

import numpy as np

AGENTS = [3, 5, 11, 101, 1001]
FAILURE_RATES = [0.001, 0.1, 0.23, 0.5]
VOTES_IN_A_PIECE = [1 << 14, 1 << 17, 1 << 20]


def uint16(random, count):
    return np.frombuffer(random.bytes(2 * count), dtype=np.uint16)


def float64_rows(random, trials, n, f):
    return (random.random((trials, n)) < f).sum(1)


def float32_rows(random, trials, n, f):
    return (random.random((trials, n), dtype=np.float32) < np.float32(f)).sum(1)


def uint16_rows(random, trials, n, f):
    limit = np.uint16(round(65536 * f))
    return (uint16(random, trials * n).reshape(trials, n) < limit).sum(1)


def columns(failed, trials, n):
    failures = np.zeros(trials, dtype=np.uint8 if n < 256 else np.uint16)
    for _ in range(n):
        failures += failed()
    return failures


def float32_columns(random, trials, n, f):
    return columns(lambda: random.random(trials, dtype=np.float32) < np.float32(f), trials, n)


def uint16_columns(random, trials, n, f):
    limit = np.uint16(round(65536 * f))
    return columns(lambda: uint16(random, trials) < limit, trials, n)


def bits(random, trials, n, f):
    words = -(-n // 64)
    drawn = random.integers(0, 2**64, size=(trials, words), dtype=np.uint64)
    drawn[:, -1] &= np.uint64((1 << (n - 64 * (words - 1))) - 1)
    return np.bitwise_count(drawn).sum(1)


FORMS = [float64_rows, float32_rows, float32_columns, uint16_rows, uint16_columns, bits]


def speed(form, generator, n, f, votes):
    """Votes per second of one form, the best of five passes."""
    trials = max(1, votes // n)
    best = 0.0
    for _ in range(5):
        random, correct, done = np.random.Generator(generator(42)), 0, 0
        begin = time.perf_counter()
        while (taken := time.perf_counter() - begin) < 0.04:
            correct += int(np.count_nonzero(form(random, trials, n, f) <= (n - 1) // 2))
            done += trials
        best = max(best, done * n / taken)
    return best


def main():
    print(f"# NumPy {np.__version__}")
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["form", "agents", "failure_rate", "votes_per_second"])
    for n in AGENTS:
        for f in FAILURE_RATES:
            for form in FORMS if f == 0.5 else FORMS[:-1]:
                best = max(
                    speed(form, generator, n, f, votes)
                    for generator in [np.random.PCG64, np.random.SFC64]
                    for votes in VOTES_IN_A_PIECE
                )
                table.writerow([form.__name__.replace("_", " "), n, f, f"{best:.3e}"])


main()
