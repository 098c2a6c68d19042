"""The tables hold the estimates, costs where there are some, and every pair once."""

from pathlib import Path

import pytest

from onevoice.experiments.benchmark.report import customers, pairs, table
from onevoice.experiments.core.statistics import Estimate
from tests.experiments.benchmark.builders import NCV, estimates


def test_a_line_for_each_row_with_its_costs(tmp_path: Path) -> None:
    found = estimates(tmp_path)
    rows = {str(row["row"]): row for row in table(found).rows}
    assert list(rows) == list(NCV)
    assert rows["shared_reward"]["ncv"] == found.ncv["shared_reward"]
    assert rows["shared_reward"]["runs"] == 3
    assert rows["shared_reward"]["env_steps"] == rows["shared_reward"]["learner"] == 10.0
    assert rows["manual"]["wall"] is None
    shuffled = rows["manual"]["shuffled"]
    assert isinstance(shuffled, Estimate)
    assert not shuffled.known
    assert rows["independent"]["overclaim"] == pytest.approx(300.0 / 50.0)


def test_customers_have_the_intervals_of_the_tables_plain_values(tmp_path: Path) -> None:
    found = estimates(tmp_path)
    for whole, plain in zip(customers(found).rows, table(found).rows, strict=True):
        for column in ("overclaim", "trust", "churn", "conflicts"):
            estimate = whole[column]
            assert isinstance(estimate, Estimate)
            assert estimate.value == plain[column]


def test_every_pair_stands_once_the_better_row_first(tmp_path: Path) -> None:
    found = estimates(tmp_path, ncv=NCV | {"shared_reward": 501.0})
    rows = pairs(found).rows
    assert len(rows) == 10
    verdicts = {(row["row"], row["other"]): row["verdict"] for row in rows}
    assert verdicts["planner", "greedy"] == "above, intervals apart"
    assert verdicts["shared_reward", "manual"] == "above by the paired difference"
    improvement = {(row["row"], row["other"]): row["improvement"] for row in rows}
    assert improvement["manual", "greedy"] == Estimate(1.0, 1.0, 1.0)
