"""The tables of the benchmark: each figure beside its target."""

from collections.abc import Mapping

from onevoice.envs import load_scenario
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.study import Column, Table, Value
from onevoice.experiments.speed import targets
from onevoice.experiments.speed.engine import ARRAYS, CACHED, Call, Speed
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
JUDGED = (Column("target", "target"), Column("verdict", "verdict"))
FIGURES = (Column("what", "what"), Column("value", "value", 1), Column("unit", "unit"), *JUDGED)
QUARTILES = "Median of single calls, with the quartiles in brackets."
UNITS = {TICKS: "ns per customer-tick", STEPS: "agent-steps a millisecond"}
INSTALL = "not installed: pip install 'onevoice[speed]'"


def all_tables(found: Findings) -> tuple[Table, ...]:
    """A table for everything that was measured."""
    tables = (
        (engine, found.speeds),
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


def judged(value: float | None, target: Target | None) -> dict[str, Value]:
    """The cells of a target and its verdict; blank where there is none."""
    if value is None or target is None:
        return {"target": "", "verdict": ""}
    return {"target": str(target), "verdict": target.verdict(value)}


def _figure(
    what: str, value: float | Estimate, unit: str, target: Target | None = None
) -> dict[str, Value]:
    """A row that is a single figure."""
    middle = value.value if isinstance(value, Estimate) else value
    return {"what": what, "value": value, "unit": unit, **judged(middle, target)}


def engine(found: Findings) -> Table:
    """What a tick of a customer costs."""
    columns = (
        Column("scenario", "scenario"), Column("channels", "channels"),
        Column("customers", "customers", 0), Column("threads", "threads"),
        Column("ns", "ns per customer-tick", 1, "a whole step, by its customers and ticks"),
        *JUDGED,
    )  # fmt: skip
    rows = [
        {
            "scenario": one.scenario, "channels": one.channels,
            "customers": float(one.customers), "threads": one.threads,
            "ns": one.nanoseconds, **judged(one.nanoseconds.value, engine_target(one)),
        }
        for one in found.speeds
    ]  # fmt: skip
    note = (
        f"{QUARTILES} All mechanisms are on, and every channel addresses everyone with pressures "
        f"1 to 4. Targets hold from {targets.FROM_CUSTOMERS:,} customers on."
    )
    return Table("engine", "A tick of a customer", columns, tuple(rows), note)


def engine_target(speed: Speed) -> Target | None:
    """What a speed is held against."""
    target = targets.ENGINE.get((speed.channels, speed.threads))
    return target if speed.customers >= targets.FROM_CUSTOMERS else None


def growth(found: Findings) -> Table:
    """Whether a customer costs the same in every population."""
    columns = (
        Column("scenario", "scenario"), Column("populations", "populations"),
        Column("spread", "slowest above fastest, %", 0), *JUDGED,
    )  # fmt: skip
    rows = []
    for name in dict.fromkeys(one.scenario for one in found.speeds):
        alone = [one for one in found.speeds if one.scenario == name and one.threads == 1]
        if len(alone) > 1:
            costs = [one.nanoseconds.value for one in alone]
            spread = 100.0 * (max(costs) / min(costs) - 1.0)
            between = f"{_count(alone[0].customers)} to {_count(alone[-1].customers)}"
            row: Row = {"scenario": name, "populations": between, "spread": spread}
            rows.append({**row, **judged(spread, targets.FLAT)})
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
        ratio = one.ruled.value / one.free.value
        row: Row = {
            "scenario": one.scenario, "channels": one.channels, "customers": float(one.customers),
            "lag": one.lag, "free": one.free, "ruled": one.ruled, "ratio": ratio,
        }  # fmt: skip
        rows.append({**row, **judged(ratio, targets.RULED)})
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
            **judged(None, None),
        }
        for bits, number in sorted(counts.items(), reverse=True)
    ]  # fmt: skip
    rows.append({"what": "packed share", "value": share, **judged(share, targets.PACKED)})
    word = None if share is None else "yes" if targets.PACKED.verdict(share) == "met" else "no"
    rows.append({"what": "hot loops vectorised", "value": word, **judged(None, None)})
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
        *JUDGED,
    )  # fmt: skip
    alone = {one.scenario: one.microseconds.value for one in found.calls if _one_array(one)}
    rows = [_call_row(one, alone.get(one.scenario)) for one in found.calls]
    note = f"{QUARTILES} One customer and one tick a step; targets are for one environment."
    return Table("calls", "The fixed cost of a step", columns, tuple(rows), note)


def _call_row(one: Call, arrays: float | None) -> dict[str, Value]:
    """One call; ``arrays`` is what it costs for arrays of one environment, us."""
    cost, target = one.microseconds.value, None
    if one.environments == 1:
        target = targets.CALL if one.face == ARRAYS else targets.PETTINGZOO
    beyond = None if one.face == ARRAYS or arrays is None else cost - arrays
    return {
        "face": one.face, "scenario": one.scenario, "environments": one.environments,
        "us": one.microseconds, "beyond": beyond, **judged(cost, target),
    }  # fmt: skip


def _one_array(call: Call) -> bool:
    return call.face == ARRAYS and call.environments == 1


def memory(found: Findings) -> Table:
    """What a customer takes."""
    assert found.peak is not None
    rows = []
    for name, value in found.bytes.items():
        target = targets.BYTES.get(len(load_scenario(name).channels))
        row = _figure(f"state of a customer, {name}", value, "bytes", target)
        rows.append(row)
    peak, most = found.peak, found.peak.full / 2**20
    label = f"{_count(peak.customers)} customers, {peak.scenario}"
    beyond = (peak.full - peak.empty) / peak.customers
    rows.append(_figure(f"largest memory of a process, {label}", most, "MiB"))
    rows.append(_figure("of it, a customer", beyond, "bytes"))
    note = (
        f"State: all arrays of env.population.state() for {HELD:,} customers. Largest memory: "
        "resident, after a week of an episode; its share of a customer leaves out what the process "
        "held before."
    )
    return Table("memory", "Memory", FIGURES, tuple(rows), note)


def start(found: Findings) -> Table:
    """How long a user waits for the first step."""
    assert found.start is not None
    rows = (
        _figure("process start to first step", found.start.first_step, "s", targets.FIRST_STEP),
        _figure("compiling, if no cache is there", found.start.compiling, "s", targets.COMPILE),
    )
    note = "A new process makes quartet, resets it and takes a step; Numba's cache full, or empty."
    return Table("start", "Start", FIGURES, rows, note)


def peers(found: Findings) -> Table:
    """Ours and theirs, measured in turns."""
    columns = (
        Column("peer", "peer"), Column("customers", "customers", 0), Column("threads", "threads"),
        Column("theirs", "theirs", 1), Column("ours", "ours", 1), Column("unit", "unit"),
        Column("ratio", "times more", 1, "what we get done in the time that the peer takes"),
        *JUDGED,
    )  # fmt: skip
    note = (
        f"{QUARTILES} Ours and theirs take turns. Where the unit is customer-ticks, both take the "
        f"same customers through the same actions. The other peers are environments: {ENVIRONMENTS}"
        f" of ours with {CUSTOMERS} customers each beside one of PettingZoo's simple_spread and "
        f"{ENVIRONMENTS} of VMAS'; SuperSuit steps {ENVIRONMENTS} of ours beside our own VecEnv."
    )
    return Table("peers", "Beside others", columns, tuple(map(_peer_row, found.results)), note)


def _peer_row(result: Result) -> dict[str, Value]:
    peer, contest = result.peer, result.contest
    if contest is None or result.ours is None or result.theirs is None:
        return {"peer": peer.name, "unit": INSTALL}
    return {
        "peer": peer.name, "customers": float(contest.customers), "threads": contest.threads,
        "theirs": _in_unit(result.theirs, peer.unit), "ours": _in_unit(result.ours, peer.unit),
        "unit": UNITS[peer.unit], "ratio": result.ratio, **judged(result.ratio, peer.target),
    }  # fmt: skip


def _in_unit(seconds: Estimate, unit: str) -> Estimate:
    """Seconds per customer-tick or agent-step as a reader expects them."""
    if unit == TICKS:
        return seconds.times(1e9)
    return Estimate(*(1e-3 / value for value in (seconds.value, seconds.high, seconds.low)))


def _count(number: int) -> str:
    return f"{number:,}"
