"""Try an installed kofn as a new user would; run it where no source of kofn is.

Usage: ``python tools/smoke.py VERSION RUNS.CSV``
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import numpy as np

import kofn


def main() -> None:
    """Ask one question of each kind; an answer that is wrong ends it."""
    version, runs = sys.argv[1:]
    assert kofn.__version__ == version, kofn.__version__
    assert "site-packages" in (kofn.__file__ or ""), kofn.__file__
    assert abs(kofn.reliability(3, 0.23) - 0.865634) < 1e-12
    assert kofn.reliability(np.arange(1, 1001), 0.23).shape == (1000,)
    scenario = kofn.Scenario.majority(failure_rates=[0.10, 0.12, 0.15])
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert kofn.check(scenario, trials=1_000_000).agrees
    fit = kofn.fit(Path(runs))
    print(fit.replay("majority(ada, bob, eve)"))
    try:
        kofn.Scenario.majority(3, failure_rate=23)
    except kofn.KofnError as error:
        print(error)
    else:
        raise AssertionError("a failure rate of 23 must be refused")
    print(f"kofn {kofn.__version__} in {Path(kofn.__file__ or '').parent}: ok")


if __name__ == "__main__":
    main()
