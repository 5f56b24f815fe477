"""Turns what `cargo bench --bench votes` or `--bench exact` left in target/criterion into tables.

    python3 benches/table.py [votes|exact] [DIRECTORY OF CRITERION'S RESULTS]

votes (the default) writes crates/kofn-book/src/figures/kernel_speed.csv, from which `kofn figures kernel-speed` draws, with
benches/numpy_votes.csv beside it. Prints, as Markdown, that table at f = 0.23, the other scenarios as multiples of their plain loops, and the
times to a standard error of 1e-4. exact writes and prints exact_speed.csv, with benches/scipy_tails.csv beside it.

A time is that of the median sample; of exact answers, which take nanoseconds and which SciPy's best pass stands beside, that of the fastest. Times are compared, so all of a table must come from one run: results more than twenty minutes apart, or a
method that lacks a number of agents or a rate, are refused and nothing is written.
"""

import csv
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "crates/kofn-book/src/figures/kernel_speed.csv"
MEASURED_EXACT = ROOT / "crates/kofn-book/src/figures/exact_speed.csv"
NUMPY = ROOT / "benches/numpy_votes.csv"
SCIPY = ROOT / "benches/scipy_tails.csv"
COLUMNS = ["method", "engine", "threads", "agents", "failure_rate", "votes_per_second"]
ENGINES = ["portable", "avx2", "avx512"]
METHODS = {"rand random": "random", "rand random_bool": "random_bool", "rand_distr Binomial (count sampling)": "counts"}
MEASUREMENTS = {"votes_per_second", "nanoseconds"}
EXACT_COLUMNS = ["question", "method", "agents", "nanoseconds", "wrong_by"]
QUESTIONS = ["identical", "near-mean", "different"]
EXACT_METHODS = ["kofn reliability", "kofn reliability_many", "kofn tails", "kofn assess", "statrs", "recursion"]
SCIPY_METHODS = {"binom.sf call": "SciPy", "binom.sf array": "SciPy array", "poisson_binom.cdf": "SciPy"}
ONE_RUN_SECONDS = 20 * 60
MAIN_FAILURE_RATE = 0.23


def fail(message):
    sys.exit(f"table.py: {message}")


def median(directory):
    """Nanoseconds of a call in the median sample."""
    return json.loads((directory / "estimates.json").read_text())["median"]["point_estimate"]


def fastest(directory):
    """Nanoseconds of a call in the fastest sample."""
    sample = json.loads((directory / "sample.json").read_text())
    return min(time / calls for time, calls in zip(sample["times"], sample["iters"]))


def results(directory, groups, nanoseconds):
    """The results of groups: (group, function, parameter) -> (seconds of a call, how many elements it has)."""
    found, times = {}, []
    for file in sorted(directory.glob("*/*/*/new/benchmark.json")):
        about = json.loads(file.read_text())
        if about["group_id"] not in groups:
            continue
        key = about["group_id"], about["function_id"], about["value_str"]
        found[key] = (nanoseconds(file.parent) / 1e9, about["throughput"]["Elements"])
        times.append(file.stat().st_mtime)
    missing = set(groups) - {group for group, _, _ in found}
    if missing:
        fail(f"no results of {sorted(missing)} below {directory}; run `cargo bench` of them")
    if max(times) - min(times) > ONE_RUN_SECONDS:
        fail(f"the results of {groups} are of more than one run; remove them from {directory} and run them again")
    return found


def results_of_group(directory, group):
    """The same of one group: (function, parameter) -> (seconds, elements)."""
    return {key[1:]: value for key, value in results(directory, [group], median).items()}


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
    for (function, parameter), (seconds, votes) in results_of_group(directory, "votes").items():
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


def write(file, columns, rows, made_with):
    with file.open("w", newline="") as file:
        file.write(f"# {machine()}; {made_with}\n")
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows([f"{cell:.3e}" if column in MEASUREMENTS else cell for column, cell in zip(columns, row)] for row in rows)


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


def exact_rows(directory):
    """Question, method, agents, nanoseconds of an answer, and the relative error of a wrong one."""
    groups = [f"exact-{question}" for question in QUESTIONS]
    for (group, function, agents), (seconds, answers) in results(directory, groups, fastest).items():
        method, wrong_by = re.fullmatch(r"(.*?)(?: \(wrong by (.+)\))?", function).groups()
        yield group.removeprefix("exact-"), method, int(agents), 1e9 * seconds / answers, wrong_by or ""


def scipy_rows():
    first, *lines = SCIPY.read_text().splitlines()
    table = csv.DictReader(lines)
    cells = lambda row: (row["question"], SCIPY_METHODS[row["form"]], int(row["agents"]), float(row["nanoseconds"]), row["wrong_by"])
    return [cells(row) for row in table], first.lstrip("# ")


def check_exact_complete(rows):
    """Every method has every number of agents of its question; many rates at once have fewer."""
    for question, method in dict.fromkeys(row[:2] for row in rows):
        wanted = {row[2] for row in rows if row[0] == question}
        own = [row[2] for row in rows if row[:2] == (question, method)]
        if method != "kofn reliability_many" and sorted(own) != sorted(wanted):
            fail(f"{method} has been measured at {own} agents for the question {question}, not at {sorted(wanted)}")


def print_exact(rows):
    for question in QUESTIONS:
        print(f"Nanoseconds of one answer, {question}; * where it is wrong by more than 1e-9\n")
        shown = [row for row in rows if row[0] == question]
        agents = sorted({row[2] for row in shown})
        times = {row[1:3]: f"{row[3]:.3g}{'*' if row[4] else ''}" for row in shown}
        methods = dict.fromkeys(row[1] for row in shown)
        print_table(["method", *map(str, agents)], [[one, *(times.get((one, n), "") for n in agents)] for one in methods])


def exact(directory):
    of_scipy, made_with = scipy_rows()
    methods = [*EXACT_METHODS, *SCIPY_METHODS.values()]
    order = lambda row: (QUESTIONS.index(row[0]), methods.index(row[1]), row[2])
    rows = sorted([*exact_rows(directory), *of_scipy], key=order)
    check_exact_complete(rows)
    write(MEASURED_EXACT, EXACT_COLUMNS, rows, made_with)
    print_exact(rows)


def votes(directory):
    of_numpy, made_with = numpy_rows()
    rows = sorted(votes_rows(directory) + of_numpy, key=order)
    check_complete(rows)
    scenarios, precision = (results_of_group(directory, group) for group in ["scenarios", "to-standard-error"])
    write(MEASURED, COLUMNS, rows, made_with)
    print_votes(rows)
    print_scenarios(scenarios)
    print_precision(precision)


def main():
    tables, arguments = {"votes": votes, "exact": exact}, sys.argv[1:]
    table = tables[arguments.pop(0)] if arguments and arguments[0] in tables else votes
    table(Path(arguments[0]) if arguments else ROOT / "target/criterion")


main()
