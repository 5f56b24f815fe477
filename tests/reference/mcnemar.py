#!/usr/bin/env python3
"""Writes mcnemar.csv: exact p-values of statsmodels' McNemar test, mid-p values from SciPy's binomial, and ends of
intervals of a mean with an effective number of tasks (Korn and Graubard 1998) from SciPy's beta and t distributions.

    pip install statsmodels scipy
    python3 mcnemar.py >mcnemar.csv
"""
from scipy.stats import beta, binom, t
from statsmodels.stats.contingency_tables import mcnemar

print("kind,a,b,c,first,second")
for a, b in [(0, 0), (0, 1), (1, 0), (3, 3), (10, 25), (25, 10), (59, 121), (0, 30), (150, 86), (7, 400), (5000, 5200)]:
    exact = mcnemar([[11, a], [b, 13]], exact=True).pvalue if a + b else 1.0
    m, n = min(a, b), a + b
    mid = min(1.0, 2 * binom.cdf(m, n, 0.5) - binom.pmf(m, n, 0.5)) if n else 1.0
    print(f"mcnemar,{a},{b},,{float(exact)!r},{float(mid)!r}")
# Right tasks, tasks, clusters of equal tasks that are right or wrong together (0: none).
for right, tasks, clusters in [(3, 10, 0), (0, 7, 0), (7, 7, 0), (181, 418, 0), (60, 100, 20), (30, 90, 9), (2, 300, 150)]:
    mean = right / tasks
    if clusters:
        size = tasks / clusters
        spread = mean * (1 - mean)
        effect = clusters / (clusters - 1) * size
        effective = tasks / effect * (t.ppf(0.975, tasks - 1) / t.ppf(0.975, clusters - 1)) ** 2
    else:
        effective = tasks
    x = mean * effective
    low = beta.ppf(0.025, x, effective - x + 1) if right else 0.0
    high = beta.ppf(0.975, x + 1, effective - x) if right < tasks else 1.0
    print(f"mean,{right},{tasks},{clusters},{float(low)!r},{float(high)!r}")
