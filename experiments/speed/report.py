"""The report: headline, tables beside their targets, notes, and where it was measured."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from onevoice.envs import load_scenario
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.core.tasks import cores
from onevoice.experiments.report.study import Column, Study, Table, Value
from onevoice.experiments.speed import targets
from onevoice.experiments.speed.calibration import CALLS
from onevoice.experiments.speed.config import Config
from onevoice.experiments.speed.engine import CACHED
from onevoice.experiments.speed.estimates import (
    ARRAYS,
    Call,
    Speed,
    calls_of_arrays,
    growths,
    speed_ups,
)
from onevoice.experiments.speed.figures import draw
from onevoice.experiments.speed.machine_code import HOT_LOOPS, SCALAR, packed_share
from onevoice.experiments.speed.peers.contests import (
    CUSTOMERS,
    ENVIRONMENTS,
    STEPS,
    TICKS,
    Result,
)
from onevoice.experiments.speed.run import HELD, Findings
from onevoice.experiments.speed.targets import Target

Row = Mapping[str, Value]
JUDGED = (
    Column("to", "ratio to"), Column("target", "target"), Column("verdict", "verdict")
)  # fmt: skip
UNJUDGED: dict[str, Value] = {"to": "", "target": "", "verdict": ""}
LOOP = "calibration loop"
"""What the engine and its compilation are held against."""
FIXED = "calibration calls"
"""What a call is held against."""
QUARTILES = "Median of single calls, with the quartiles in brackets."
UNITS = {TICKS: "ns per customer-tick", STEPS: "agent-steps a millisecond"}
INSTALL = "not installed: pip install 'onevoice[speed]'"
PACKAGES = ("numpy", "numba", "mesa", "polars", "mpe2", "vmas", "torch", "supersuit")
"""Whose versions the report names."""
NOTES = (
    "Another process on the same machine makes every figure worse; ratios of what is measured in "
    "turns suffer least. Processors also differ in clock and in the width of their vectors, so "
    "that every target is a ratio of two figures of one run.",
    "The NumPy peer leaves out what the engine does beside the ticks (survey, observations, "
    "rewards). Mesa and polars run a part of the tick alone (states decay, contacts, responses): "
    "their ratios are lower bounds.",
    "mesa-frames keeps its agents in a polars frame. Its only release asks for NumPy 1, so the "
    "frame is used without it, which spares its bookkeeping.",
    "An agent-step of ours moves 256 customers through a day; one of simple_spread moves a point.",
)


def make_study(config: Config, found: Findings) -> Study:
    """The whole report."""
    tables = all_tables(found)
    machine = about()
    return Study(
        name="speed",
        title="onevoice: speed, memory and start",
        description=f"Measured on {', '.join(f'{k} {v}' for k, v in machine.items())}.",
        findings=(headline(tables),),
        config=config,
        tables=tables,
        figures=draw(found),
        notes=NOTES,
        extra={"machine": machine},
    )


def headline(tables: tuple[Table, ...]) -> str:
    """How many targets are met, and in which tables one is missed."""
    verdicts = [(table.title, row.get("verdict")) for table in tables for row in table.rows]
    judged = [(title, verdict) for title, verdict in verdicts if verdict]
    missed = [title for title, verdict in judged if verdict == "missed"]
    said = f"{len(judged) - len(missed)} of {len(judged)} targets are met"
    return (
        f"{said}; the others stand in: {', '.join(dict.fromkeys(missed))}."
        if missed
        else f"{said}."
    )


def all_tables(found: Findings) -> tuple[Table, ...]:
    """A table for everything that was measured."""
    tables = (
        (engine, found.speeds),
        (threads, found.speeds),
        (growth, found.speeds),
        (roofline, found.roofs),
        (rules, found.layers),
        (machine_code, found.start),
        (calls, found.calls),
        (memory, found.peak),
        (start, found.start),
        (peers, found.results),
    )
    return tuple(table(found) for table, present in tables if present)


def judged(value: float | None, target: Target | None, to: str) -> dict[str, Value]:
    """What a value is a ratio to, its target and its verdict; blank where there is no target."""
    if value is None or target is None:
        return UNJUDGED
    return {"to": to, "target": str(target), "verdict": target.verdict(value)}


def engine(found: Findings) -> Table:
    """What a tick of a customer costs."""
    columns = (
        Column("scenario", "scenario"), Column("channels", "channels"),
        Column("customers", "customers", 0), Column("threads", "threads"),
        Column("ns", "ns per customer-tick", 1, "a whole step, by its customers and ticks"),
        Column("loop", f"{LOOP}, ns", 1, "with the same customers, channels and threads"),
        Column("ratio", "times", 2), *JUDGED,
    )  # fmt: skip
    rows = [
        {
            "scenario": one.scenario, "channels": one.channels,
            "customers": float(one.customers), "threads": one.threads,
            "ns": one.nanoseconds, "loop": one.loop, "ratio": one.ratio,
            **judged(one.ratio, engine_target(one), LOOP),
        }
        for one in found.speeds
    ]  # fmt: skip
    note = (
        f"{QUARTILES} All mechanisms are on, and every channel addresses everyone with pressures "
        f"1 to 4. Targets hold from {targets.FROM_CUSTOMERS:,} customers on. The calibration loop "
        "does a fixed number of integer mixes, float operations and memory accesses for each "
        "customer and channel."
    )
    return Table("engine", "A tick of a customer", columns, tuple(rows), note)


def engine_target(speed: Speed) -> Target | None:
    """What a speed is held against."""
    target = targets.ENGINE.get((speed.channels, speed.threads))
    return target if speed.customers >= targets.FROM_CUSTOMERS else None


def threads(found: Findings) -> Table:
    """What a second thread brings."""
    columns = (
        Column("scenario", "scenario"), Column("customers", "customers", 0),
        Column("loop", LOOP, 2, "times as fast with two threads"),
        Column("engine", "engine, times as fast", 2), *JUDGED,
    )  # fmt: skip
    rows = []
    for one in speed_ups(found.speeds):
        target = targets.SPEED_UP if one.customers >= targets.FROM_CUSTOMERS else None
        row: Row = {
            "scenario": one.scenario, "customers": float(one.customers),
            "loop": one.loop, "engine": one.engine,
        }  # fmt: skip
        rows.append({**row, **judged(one.engine, target, "one thread")})
    note = f"The {LOOP} shows what the machine's second core is worth during this run."
    return Table("threads", "Two threads beside one", columns, tuple(rows), note)


def growth(found: Findings) -> Table:
    """Whether a customer costs the same in every population."""
    columns = (
        Column("scenario", "scenario"), Column("populations", "populations"),
        Column("spread", "slowest above fastest, %", 0), *JUDGED,
    )  # fmt: skip
    rows = []
    for one in growths(found.speeds):
        between = f"{_count(one.fewest)} to {_count(one.most)}"
        row: Row = {"scenario": one.scenario, "populations": between, "spread": one.spread}
        rows.append({**row, **judged(one.spread, targets.FLAT, "fastest population")})
    return Table("growth", "Growth with the population, one thread", columns, tuple(rows))


def roofline(found: Findings) -> Table:
    """Whether memory or arithmetic bounds the engine."""
    columns = (
        Column("scenario", "scenario"), Column("ticks", "ticks a decision"),
        Column("measured", "ns per customer-tick", 1),
        Column("cached", f"of {_count(CACHED)} customers", 1, "whose state stays in the cache"),
        Column("passing", "state read and written", 1, "ns per customer-tick, without any tick"),
    )  # fmt: skip
    rows: list[Row] = [
        {
            "scenario": one.scenario, "ticks": one.ticks, "measured": one.measured,
            "cached": one.cached, "passing": one.passing,
        }
        for one in found.roofs
    ]  # fmt: skip
    note = (
        f"{QUARTILES} {_count(found.roofs[0].customers)} customers, one thread, in turns. A "
        "decision takes a block of customers through all its ticks before the next block comes "
        "from memory; where the first two columns are alike, arithmetic is the bound."
    )
    return Table("roofline", "What bounds a tick", columns, tuple(rows), note)


def rules(found: Findings) -> Table:
    """What the coordination layer costs."""
    columns = (
        Column("scenario", "scenario"), Column("channels", "channels"),
        Column("customers", "customers", 0), Column("lag", "lag, h", 1),
        Column("free", "ns without rules", 1), Column("ruled", "ns with all rules", 1),
        Column("ratio", "times as much", 2), *JUDGED,
    )  # fmt: skip
    rows = []
    for one in found.layers:
        row: Row = {
            "scenario": one.scenario, "channels": one.channels, "customers": float(one.customers),
            "lag": one.lag, "free": one.free, "ruled": one.ruled,
            "ratio": one.ratio,
        }  # fmt: skip
        rows.append({**row, **judged(one.ratio, targets.RULED, "no rules")})
    note = (
        f"{QUARTILES} Per customer and tick, one thread, in turns. Rules of coordination: full; "
        "lag is the age of what they know."
    )
    return Table("rules", "The coordination layer", columns, tuple(rows), note)


def machine_code(found: Findings) -> Table:
    """Which vector registers the compiled loops over everybody use."""
    assert found.start is not None
    counts, share = found.start.code, packed_share(found.start.code)
    columns = (Column("what", "float instructions"), Column("value", "value"), *JUDGED)
    rows: list[Row] = [
        {
            "what": f"on {bits} bits" if bits > SCALAR else "on single numbers", "value": number,
            **UNJUDGED,
        }
        for bits, number in sorted(counts.items(), reverse=True)
    ]  # fmt: skip
    verdict = judged(share, targets.PACKED, "wide and single ones")
    rows.append({"what": "packed share", "value": share, **verdict})
    word = None if share is None else "yes" if targets.PACKED.verdict(share) == "met" else "no"
    rows.append({"what": "hot loops vectorised", "value": word, **UNJUDGED})
    note = (
        "Additions, multiplications and the like in the loops that draw random numbers for "
        f"everybody ({', '.join(HOT_LOOPS)}), as compiled for this processor. The share is that of "
        "256 bits and more among those and single numbers; every vectorised loop keeps a scalar "
        "copy for the customers left over, so about half is all."
    )
    return Table(
        "machine_code", "Vectors in the compiled loops over everybody", columns, tuple(rows), note
    )


def calls(found: Findings) -> Table:
    """What a step costs beside the customers."""
    columns = (
        Column("face", "face"), Column("scenario", "scenario"),
        Column("environments", "environments"), Column("us", "\N{MICRO SIGN}s a step", 0),
        Column("beyond", "beyond arrays", 0, "\N{MICRO SIGN}s that PettingZoo's contract adds"),
        Column("fixed", f"{FIXED}, \N{MICRO SIGN}s", 0), Column("ratio", "times", 2), *JUDGED,
    )  # fmt: skip
    arrays = calls_of_arrays(found.calls)
    rows = [_call_row(one, arrays.get(one.scenario)) for one in found.calls]
    note = (
        f"{QUARTILES} One customer and one tick a step; targets are for one environment. The "
        f"{FIXED}: {CALLS} each of a call of an empty kernel, a small NumPy operation and a dict."
    )
    return Table("calls", "The fixed cost of a step", columns, tuple(rows), note)


def _call_row(one: Call, arrays: float | None) -> dict[str, Value]:
    """One call; ``arrays`` is what it costs for arrays of one environment, us."""
    beyond = None if one.face == ARRAYS or arrays is None else one.microseconds.value - arrays
    return {
        "face": one.face, "scenario": one.scenario, "environments": one.environments,
        "us": one.microseconds, "beyond": beyond, "fixed": one.fixed, "ratio": one.ratio,
        **judged(one.ratio, call_target(one), FIXED),
    }  # fmt: skip


def call_target(call: Call) -> Target | None:
    """What a call is held against."""
    if not call.single:
        return None
    return targets.CALL if call.face == ARRAYS else targets.PETTINGZOO.get(call.channels)


def memory(found: Findings) -> Table:
    """What a customer takes."""
    assert found.peak is not None
    columns = (
        Column("what", "what"), Column("value", "value", 1), Column("unit", "unit"), *JUDGED
    )  # fmt: skip
    rows: list[Row] = [
        {
            "what": f"state of a customer, {name}", "value": value, "unit": "bytes",
            **judged(value, targets.BYTES.get(len(load_scenario(name).channels)), "customers"),
        }
        for name, value in found.bytes.items()
    ]  # fmt: skip
    peak = found.peak
    label = f"largest memory of a process, {_count(peak.customers)} customers, {peak.scenario}"
    rows.append({"what": label, "value": peak.full / 2**20, "unit": "MiB", **UNJUDGED})
    each: Row = {"what": "of it, a customer", "value": peak.per_customer, "unit": "bytes"}
    rows.append({**each, **UNJUDGED})
    note = (
        f"State: all arrays of env.population.state() for {HELD:,} customers. Largest memory: "
        "resident, after a week of an episode; its share of a customer leaves out what the process "
        "held before."
    )
    return Table("memory", "Memory", columns, tuple(rows), note)


def start(found: Findings) -> Table:
    """How long a user waits for the first step."""
    assert found.start is not None
    columns = (
        Column("what", "what"), Column("seconds", "s", 2),
        Column("beside", "what it is held against, s", 2), Column("ratio", "times", 2), *JUDGED,
    )  # fmt: skip
    one = found.start
    rows = (
        {
            "what": "process start to first step", "seconds": one.first_step,
            "beside": one.imports, "ratio": one.step_ratio,
            **judged(one.step_ratio, targets.FIRST_STEP, "imports alone"),
        },
        {
            "what": "compiling, if no cache is there", "seconds": one.compiling,
            "beside": one.loop, "ratio": one.compile_ratio,
            **judged(one.compile_ratio, targets.COMPILE, f"compiling the {LOOP}"),
        },
    )  # fmt: skip
    note = (
        "A new process makes quartet, resets it and takes a step; Numba's cache full, or empty. "
        "Imports: numpy, numba, gymnasium and pettingzoo, in a process of their own."
    )
    return Table("start", "Start", columns, rows, note)


def peers(found: Findings) -> Table:
    """Ours and theirs, measured in turns."""
    columns = (
        Column("peer", "peer"), Column("customers", "customers", 0), Column("threads", "threads"),
        Column("theirs", "theirs", 1), Column("ours", "ours", 1), Column("unit", "unit"),
        Column("ratio", "times more", 1, "what we get done in the time that the peer takes"),
        *JUDGED,
    )  # fmt: skip
    note = (
        f"{QUARTILES} Ours and theirs take turns. Where the unit is customer-ticks, both take as "
        "many customers of one scenario through the same actions. The other peers are "
        f"environments: {ENVIRONMENTS} of ours with {CUSTOMERS} customers each beside one of "
        f"PettingZoo's simple_spread and {ENVIRONMENTS} of VMAS'; SuperSuit steps {ENVIRONMENTS} "
        "of ours beside our own VecEnv."
    )
    return Table("peers", "Beside others", columns, tuple(map(_peer_row, found.results)), note)


def _peer_row(result: Result) -> dict[str, Value]:
    peer, contest = result.peer, result.contest
    if contest is None or result.ours is None or result.theirs is None:
        return {"peer": peer.name, "unit": INSTALL}
    return {
        "peer": peer.name, "customers": float(contest.customers), "threads": contest.threads,
        "theirs": _in_unit(result.theirs, peer.unit), "ours": _in_unit(result.ours, peer.unit),
        "unit": UNITS[peer.unit], "ratio": result.ratio,
        **judged(result.ratio, peer.target, "the peer"),
    }  # fmt: skip


def _in_unit(seconds: Estimate, unit: str) -> Estimate:
    """Seconds per customer-tick or agent-step as a reader expects them."""
    if unit == TICKS:
        return seconds.times(1e9)
    return Estimate(*(1e-3 / value for value in (seconds.value, seconds.high, seconds.low)))


def _count(number: int) -> str:
    return f"{number:,}"


def about() -> dict[str, str]:
    """The machine and the versions that were measured."""
    found = {"processor": processor(), "cores": str(cores()), "Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
