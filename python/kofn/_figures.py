"""The figures of the book, with its settings or with others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from . import _kofn
from ._kofn import KofnError
from ._plot import Plot


def figure_names() -> dict[str, str]:
    """Return the names of the figures of the book, and what each shows.

    Examples
    --------
    >>> import kofn
    >>> "majority-reliability" in kofn.figure_names()
    True
    """
    return {name: shows for name, shows, _ in _kofn.figure_names()}


def figures(
    names: str | Iterable[str] | None = None, *, settings: Mapping[str, float] | None = None
) -> dict[str, Plot]:
    """Return the figures of the book, with its settings or with others.

    Parameters
    ----------
    names : str or iterable of str, optional
        Figures to draw. By default, all that depend on one of the given settings, or all if no
        settings are given.
    settings : dict, optional
        Settings to change, such as ``{"failure_rate": 0.2}``; ``kofn help figures`` lists them.

    Returns
    -------
    dict of Plot
        The figures by name; titles and captions reflect the settings.

    Raises
    ------
    KofnError
        If a name or setting is unknown, or a figure has nothing to show with the settings.

    Examples
    --------
    >>> import kofn
    >>> kofn.figures("majority-reliability", settings={"failure_rate": .2}).keys()
    dict_keys(['majority-reliability'])
    """
    if settings is not None and not isinstance(settings, Mapping):
        raise KofnError('settings must be a dict, such as {"failure_rate": 0.2}')
    given = [(str(key), str(value)) for key, value in (settings or {}).items()]
    if names is None:
        keys = {key for key, _ in given}
        chosen = [n for n, _, uses in _kofn.figure_names() if not keys or keys & set(uses)]
    else:
        chosen = [names] if isinstance(names, str) else list(names)
    if given and not chosen:
        # The engine knows the names of the settings.
        chosen = [next(iter(figure_names()))]
    return {name: _plot(_kofn.figure(name, given)) for name in chosen}


def _plot(drawn: tuple[str, str, str]) -> Plot:
    name, svg, csv = drawn
    return Plot(svg, csv, name)
