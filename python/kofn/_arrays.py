"""Probabilities for single numbers and for arrays."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _kofn
from ._kofn import KofnError

Floats = NDArray[np.float64]


class Tails(NamedTuple):
    """Probabilities that at least k, and that fewer than k, of n agents are correct.

    Each is a float, or an array of the shape to which `n`, `f` and `k` broadcast.
    """

    at_least: Any
    """P(C ≥ k)."""
    below: Any
    """P(C < k)."""
    ln_at_least: Any
    """ln P(C ≥ k), accurate where the probability underflows or rounds to one; -inf for zero."""
    ln_below: Any
    """ln P(C < k), likewise."""


@overload
def reliability(n: int, f: float) -> float: ...
@overload
def reliability(n: ArrayLike, f: ArrayLike) -> Any: ...
def reliability(n: ArrayLike, f: ArrayLike) -> Any:
    """Return P(correct) of a majority of `n` independent agents that each fail with rate `f`.

    It is Σ_{i > n/2} C(n, i) (1−f)ⁱ fⁿ⁻ⁱ. Where it rounds to one, `unreliability` still has full
    precision.

    Parameters
    ----------
    n : int or array_like of int
        Number of agents, 1 to 10¹³.
    f : float or array_like of float
        Failure rate, 0 to 1. `n` and `f` broadcast as in NumPy.

    Returns
    -------
    float or ndarray of float
        The probability: a float for two numbers, otherwise an array of the common shape. Each
        element equals the result of a single call to the last bit, and is within half a unit in the
        last place of the true value, plus rounding (at most 0.6 units for n up to 170).

    Raises
    ------
    KofnError
        If an element is out of range; the message names its index, such as ``f[3]``.

    Examples
    --------
    >>> import kofn
    >>> kofn.reliability(3, 0.23)
    0.865634
    >>> kofn.reliability([1, 3, 5], 0.23)
    array([0.77      , 0.865634  , 0.91644434])
    """
    return _broadcast(_kofn.reliability, _kofn.reliability_many, n, f)


@overload
def unreliability(n: int, f: float) -> float: ...
@overload
def unreliability(n: ArrayLike, f: ArrayLike) -> Any: ...
def unreliability(n: ArrayLike, f: ArrayLike) -> Any:
    """Return 1 − `reliability` with full relative precision, also where that rounds to one.

    Parameters
    ----------
    n : int or array_like of int
        Number of agents, 1 to 10¹³.
    f : float or array_like of float
        Failure rate, 0 to 1. `n` and `f` broadcast as in NumPy.

    Returns
    -------
    float or ndarray of float
        The probability of failure, as for `reliability`.

    Raises
    ------
    KofnError
        If an element is out of range; the message names its index, such as ``f[3]``.

    Examples
    --------
    >>> import kofn
    >>> kofn.unreliability(101, 0.05)
    7.190556386233438e-39
    """
    return _broadcast(_kofn.unreliability, _kofn.unreliability_many, n, f)


def tails(n: ArrayLike, f: ArrayLike, k: ArrayLike) -> Tails:
    """Return the probabilities that at least `k`, or fewer, of `n` independent agents are correct.

    Parameters
    ----------
    n : int or array_like of int
        Number of agents, 1 to 10¹³.
    f : float or array_like of float
        Failure rate of each, 0 to 1.
    k : int or array_like of int
        Threshold, 1 to `n`. The three broadcast as in NumPy.

    Returns
    -------
    Tails
        `at_least`, `below` and their natural logarithms: floats for three numbers, otherwise
        arrays of the common shape.

    Raises
    ------
    KofnError
        If an element is out of range; the message names its index, such as ``k[1]``.

    Examples
    --------
    >>> import kofn
    >>> kofn.tails(5, 0.23, 4).at_least
    0.6749...
    >>> kofn.tails(10**12, 0.4, 5 * 10**11 + 1).ln_below
    -20410997273.070248
    """
    return Tails(*_broadcast(_kofn.tails, _kofn.tails_many, n, f, k))


def _broadcast(single: Any, many: Any, n: ArrayLike, f: ArrayLike, *k: ArrayLike) -> Any:
    """Return `single` of numbers, or `many` of arrays that are broadcast to a common shape."""
    if type(n) is int and type(f) is float and all(type(at) is int for at in k):
        return single(n, f, *k)
    names = ("n", "f", "k")
    arrays = [
        _rates(name, value) if name == "f" else _whole(name, value)
        for name, value in zip(names, (n, f, *k), strict=False)
    ]
    if all(array.ndim == 0 for array in arrays):
        return single(*(array.item() for array in arrays))
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        shapes = ", ".join(f"{name} {a.shape}" for name, a in zip(names, arrays, strict=False))
        raise KofnError(f"the shapes must broadcast, got {shapes}") from None
    flat = [
        array.reshape(1)
        if array.size == 1
        else np.ascontiguousarray(np.broadcast_to(array, shape)).ravel()
        for array in arrays
    ]
    size = int(np.prod(shape))
    if size == 0:
        found: Any = np.empty(0) if single is not _kofn.tails else [np.empty(0)] * 4
    else:
        try:
            found = many(*flat)
        except KofnError as error:
            raise _at_index(error, shape) from None
    if isinstance(found, list | tuple):
        return [part.reshape(shape) for part in found]
    return found.reshape(shape)


def _whole(name: str, value: ArrayLike) -> NDArray[np.uint64]:
    """Return whole numbers, 0 or more; floats such as 1e9 are accepted if they are whole."""
    array = _array(name, value)
    if array.dtype.kind == "u" or (
        array.dtype.kind == "i" and (not array.size or array.min() >= 0)
    ):
        return array.astype(np.uint64, copy=False)
    if array.dtype.kind not in "if":
        raise _refused(name, (), f"must be whole numbers, got {value!r:.60}")
    with np.errstate(invalid="ignore"):
        wrong = ~((array >= 0) & (array <= 2.0**63) & (array == np.floor(array)))
    if wrong.any():
        index = tuple(np.argwhere(wrong)[0]) if array.ndim else ()
        raise _refused(
            name, index, f"must be a whole number from 1 to 10000000000000, got {array[index]}"
        )
    return array.astype(np.uint64)


def _rates(name: str, value: ArrayLike) -> Floats:
    array = _array(name, value)
    if array.dtype.kind not in "iuf":
        raise _refused(name, (), f"must be numbers between 0 and 1, got {value!r:.60}")
    return array.astype(np.float64, copy=False)


def _array(name: str, value: ArrayLike) -> NDArray[Any]:
    if isinstance(value, np.ma.MaskedArray):
        raise _refused(name, (), "must not be masked; use .compressed(), or .filled(…)")
    try:
        return np.asarray(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _refused(name, (), f"must be a number or an array of numbers: {error}") from None


def _refused(name: str, index: tuple[int, ...], must: str) -> KofnError:
    key = f"{name}[{', '.join(str(place) for place in index)}]" if index else name
    error = KofnError(f"{key} {must}")
    error.key = key
    return error


def _at_index(error: KofnError, shape: tuple[int, ...]) -> KofnError:
    """Return the error of an element of the flat arrays, with its index in the common shape."""
    match = re.fullmatch(r"(\w+)\[(\d+)\]", error.key or "")
    if match is None:
        return error
    name, place = match[1], int(match[2])
    index = tuple(int(at) for at in np.unravel_index(place, shape))
    rest = str(error).removeprefix(error.key or "").lstrip()
    return _refused(name, index, rest)
