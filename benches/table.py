"""Turns what `cargo bench --bench votes` left in target/criterion into tables.

    python3 benches/table.py [DIRECTORY OF CRITERION'S RESULTS]

Writes crates/kofn-book/src/figures/kernel_speed.csv, from which `kofn figures kernel-speed` draws, with benches/numpy_votes.csv beside it. Prints, as
Markdown, that table at f = 0.23, the other scenarios as multiples of their plain loops, and the times to a standard error of 1e-4.

A speed is that of the median call. Speeds are compared, so all of a table must come from one run: results more than twenty minutes apart, or a
method that lacks a number of agents or a rate, are refused and nothing is written.
"""

import csv
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "crates/kofn-book/src/figures/kernel_speed.csv"
NUMPY = ROOT / "benches/numpy_votes.csv"
COLUMNS = ["method", "engine", "threads", "agents", "failure_rate", "votes_per_second"]
ENGINES = ["portable", "avx2", "avx512"]
METHODS = {"rand random": "random", "rand random_bool": "random_bool", "rand_distr Binomial (count sampling)": "counts"}
ONE_RUN_SECONDS = 20 * 60
MAIN_FAILURE_RATE = 0.23


def fail(message):
    sys.exit(f"table.py: {message}")


def results(directory, group):
    """The results of a group: (function, parameter) -> (seconds of the median call, how many elements it has)."""
    found, times = {}, []
    for file in sorted(directory.glob("*/*/*/new/benchmark.json")):
        about = json.loads(file.read_text())
        if about["group_id"] != group:
            continue
        estimates = file.with_name("estimates.json")
        median = json.loads(estimates.read_text())["median"]["point_estimate"]
        found[about["function_id"], about["value_str"]] = (median / 1e9, about["throughput"]["Elements"])
        times.append(estimates.stat().st_mtime)
    if not found:
        fail(f"no results of the group {group} below {directory}; run `cargo bench --bench votes`")
    if max(times) - min(times) > ONE_RUN_SECONDS:
        fail(f"the results of the group {group} are of more than one run; remove {directory / group} and run it again")
    return found


def method(function):
    """A function's (method, engine, threads)."""
    ours = re.fullmatch(r"kofn (\w+)(?:, (\d+) threads)?", function)
    return ("kofn", ours[1], int(ours[2] or 1)) if ours else (METHODS[function], "", 1)


def order(row):
    """One thread before two, the widest engine first, and rates within numbers of agents."""
    names = ["kofn", *METHODS.values(), "NumPy"]
    engine = -ENGINES.index(row[1]) if row[1] else 0
    return names.index(row[0]), row[2], engine, *row[3:5]


def numpy_rows():
    """The fastest form of each cell, and the version."""
    first, *lines = NUMPY.read_text().splitlines()
    fastest = {}
    for row in csv.DictReader(lines):
        cell = int(row["agents"]), float(row["failure_rate"])
        fastest[cell] = max(fastest.get(cell, 0.0), float(row["votes_per_second"]))
    return [("NumPy", "", 1, *cell, speed) for cell, speed in fastest.items()], first.lstrip("# ")


def votes_rows(directory):
    rows = []
    for (function, parameter), (seconds, votes) in results(directory, "votes").items():
        agents, rate = parameter.split(" at ")
        rows.append((*method(function), int(agents), float(rate), votes / seconds))
    return rows


def check_complete(rows):
    """Every method has every number of agents, at every rate; two threads at one rate."""
    cells = {row[3:5] for row in rows}
    for one in sorted({row[:3] for row in rows}):
        own = {row[3:5] for row in rows if row[:3] == one}
        wanted = {cell for cell in cells if one[2] == 1 or cell[1] == MAIN_FAILURE_RATE}
        if own != wanted:
            fail(f"{one} has not been measured at (agents, failure rate) {sorted(wanted - own)}")


def machine():
    """Family of the processor."""
    try:
        about = dict(re.findall(r"(.+?)\s*: (.+)", Path("/proc/cpuinfo").read_text().split("\n\n")[0]))
        return f"{about['model name']} of family {about['cpu family']}"
    except (OSError, KeyError):
        return "a machine that does not name itself"


def write(rows, made_with):
    with MEASURED.open("w", newline="") as file:
        file.write(f"# {machine()}; {made_with}\n")
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for *cells, speed in rows:
            table.writerow([*cells, f"{speed:.3e}"])


def print_table(head, rows):
    for row in [head, ["---"] * len(head), *rows]:
        print("| " + " | ".join(row) + " |")
    print()


def print_votes(rows):
    print(f"Simulated votes, 10^9 per second, failure rate {MAIN_FAILURE_RATE}\n")
    shown = [row for row in rows if row[4] == MAIN_FAILURE_RATE]
    agents = sorted({row[3] for row in shown})
    lines = []
    for one in dict.fromkeys(row[:3] for row in shown):
        speeds = {row[3]: row[5] / 1e9 for row in shown if row[:3] == one}
        lines.append([" ".join(map(str, one)), *(f"{speeds[n]:.3g}" for n in agents)])
    print_table(["method, engine, threads", *map(str, agents)], lines)


def print_scenarios(found):
    print("Other scenarios, as multiples of the plain loop's speed\n")
    functions = [name for name in map("kofn {}".format, ENGINES) if any(name == function for function, _ in found)]

    def rate(key):
        seconds, votes = found[key]
        return votes / seconds

    cases = dict.fromkeys(case for _, case in found)
    line = lambda case: [f"{rate((f, case)) / rate(('plain loop', case)):.3g}" for f in functions]
    print_table(["scenario", *functions], [[case, *line(case)] for case in cases])


def print_precision(found):
    print("Milliseconds to a standard error of 1e-4; the plain loop's time is that of a part of the trials, extrapolated\n")
    functions = sorted({function for function, _ in found})
    lines = []
    for case in dict.fromkeys(case for _, case in found):
        needed = max(found[function, case][1] for function in functions)
        times = [found[function, case] for function in functions]
        lines.append([case, f"{needed:.3g}", *(f"{1e3 * seconds * needed / trials:.3g}" for seconds, trials in times)])
    print_table(["scenario", "trials", *functions], lines)


def main():
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "target/criterion"
    of_numpy, made_with = numpy_rows()
    rows = sorted(votes_rows(directory) + of_numpy, key=order)
    check_complete(rows)
    scenarios, precision = (results(directory, group) for group in ["scenarios", "to-standard-error"])
    write(rows, made_with)
    print_votes(rows)
    print_scenarios(scenarios)
    print_precision(precision)


main()
