"""`reliability`, `unreliability` and `tails`: values, broadcasting, errors."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log, log1p

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

import kofn
from kofn import KofnError

ULP = 2.0**-52


def failure(n: int, f: float) -> Fraction:
    """Return P(failure) of a majority exactly, by the definition."""
    rate = Fraction(f)
    return sum(
        (comb(n, i) * (1 - rate) ** i * rate ** (n - i) for i in range(n // 2 + 1)), Fraction(0)
    )


@given(some.integers(1, 60), some.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_numbers_are_those_of_the_definition(n: int, f: float) -> None:
    exact = failure(n, f)
    if exact < Fraction(2) ** -1000:
        return
    # Half a unit in the last place of rounding, and .03 of error before it (n ≤ 170).
    assert abs(Fraction(kofn.unreliability(n, f)) - exact) <= exact * Fraction(ULP) * Fraction(0.54)


@given(some.integers(1, 200), some.floats(2.0**-30, 1 - 2.0**-30), some.data())
@settings(max_examples=100, deadline=None)
def test_tails_are_those_of_the_definition(n: int, f: float, data: some.DataObject) -> None:
    k = data.draw(some.integers(1, n))
    tails = kofn.tails(n, f, k)
    rate = Fraction(f)
    terms = [comb(n, i) * (1 - rate) ** i * rate ** (n - i) for i in range(n + 1)]
    for found, ln, exact in [
        (tails.at_least, tails.ln_at_least, sum(terms[k:])),
        (tails.below, tails.ln_below, sum(terms[:k])),
    ]:
        if exact > Fraction(2) ** -1000:
            assert abs(Fraction(found) - exact) <= exact * Fraction(ULP) * Fraction(0.6)
            # Near one, the logarithm is that of the complement, and small. Each logarithm is of a
            # double that is rounded once.
            expected = log1p(-float(1 - exact)) if exact > 0.5 else log(float(exact))
            assert abs(ln - expected) <= 2 * ULP * (abs(expected) + (exact <= 0.5))


@given(some.integers(1, 2000), some.floats(1e-9, 1 - 1e-9), some.data())
@settings(max_examples=100, deadline=None)
def test_tails_are_near_those_of_scipy(n: int, f: float, data: some.DataObject) -> None:
    k = data.draw(some.integers(1, n))
    tails = kofn.tails(n, f, k)
    theirs = stats.binom.logsf(k - 1, n, 1 - f), stats.binom.logcdf(k - 1, n, 1 - f)
    for ours, other in zip((tails.ln_at_least, tails.ln_below), theirs, strict=True):
        # SciPy takes 1 − f, whose rounding alone changes ln P by n·2⁻⁵³/(1−f) at most. Its own
        # tails were seen to be off by 10⁻¹¹, and below the normal doubles by more.
        if other > -700:
            allowed = 1e-9 * (1 + abs(other)) + n * ULP * (1 / f + 1 / (1 - f))
            assert abs(ours - other) <= allowed, (n, f, k)


@given(
    some.lists(some.tuples(some.integers(1, 10**13), some.floats(0, 1)), min_size=2, max_size=30)
)
@settings(max_examples=50, deadline=None)
def test_an_array_holds_the_numbers_of_single_calls(pairs: list[tuple[int, float]]) -> None:
    n, f = (np.array(column) for column in zip(*pairs, strict=True))
    assert kofn.reliability(n, f).tolist() == [kofn.reliability(*pair) for pair in pairs]
    assert kofn.unreliability(n, f).tolist() == [kofn.unreliability(*pair) for pair in pairs]
    tails = kofn.tails(n, f, (n + 1) // 2)
    single = [kofn.tails(a, b, (a + 1) // 2) for a, b in pairs]
    for part in range(4):
        assert tails[part].tolist() == [one[part] for one in single]


def test_long_arrays_are_shared_by_threads_and_stay_in_order() -> None:
    n = np.arange(1, 40_001) % 301 + 1
    f = np.linspace(0, 1, 40_000)
    whole = kofn.unreliability(n, f)
    pieces = np.concatenate(
        [kofn.unreliability(n[i : i + 1000], f[i : i + 1000]) for i in range(0, 40_000, 1000)]
    )
    assert (whole == pieces).all()
    f[31_234] = 1.5
    f[35_000] = -1
    with pytest.raises(KofnError, match=r"^f\[31234\] must be between 0 and 1, got 1.5"):
        kofn.unreliability(n, f)


def test_shapes_broadcast() -> None:
    n, f = np.array([[1], [3], [5]]), np.array([0.1, 0.23])
    answer = kofn.reliability(n, f)
    assert answer.shape == (3, 2) and answer[1, 1] == 0.865634
    assert kofn.reliability(3, [0.23]).shape == (1,)
    assert kofn.reliability([], 0.1).shape == (0,)
    assert kofn.tails(n, f, 1).at_least.shape == (3, 2)
    assert kofn.tails(n, [], 1).ln_below.shape == (3, 0)
    assert (kofn.reliability(np.asfortranarray(np.tile(n, 2)), f) == answer).all()
    assert kofn.reliability(n[::-1], f[::-1])[0, 0] == kofn.reliability(5, 0.23)


def test_numbers_in_are_numbers_out() -> None:
    for n in (3, 3.0, np.int8(3), np.uint64(3), np.float32(3), np.array(3)):
        answer = kofn.reliability(n, np.float64(0.23))
        assert type(answer) is float and answer == 0.865634
    assert all(type(part) is float for part in kofn.tails(5, 0.2, 3))
    assert kofn.reliability(1e12, 0.4) == 1.0


@pytest.mark.parametrize(
    ("n", "f", "key"),
    [
        (0, 0.1, "n"),
        (3.5, 0.1, "n"),
        (-1, 0.1, "n"),
        (10**13 + 1, 0.1, "n"),
        (float("nan"), 0.1, "n"),
        (3, float("nan"), "f"),
        (3, 1.0000001, "f"),
        ([3, 0], 0.1, "n[1]"),
        ([3, -4], 0.1, "n[1]"),
        (3, [0.1, 0.2, -0.1], "f[2]"),
        ([[3], [5]], [0.1, 2], "f[0, 1]"),
        ("3", 0.1, "n"),
        (None, 0.1, "n"),
        (3, "x", "f"),
        ([3, 5], [0.1, 0.2, 0.3], None),
        (10**30, 0.1, "n"),
        (3, 1j, "f"),
        ([True], 0.1, "n"),
    ],
)
def test_what_is_wrong_is_named(n: object, f: object, key: str | None) -> None:
    with pytest.raises(KofnError) as caught:
        kofn.reliability(n, f)  # type: ignore[call-overload]
    assert caught.value.key == key
    assert isinstance(caught.value, ValueError)
    if key:
        assert str(caught.value).startswith(key)
