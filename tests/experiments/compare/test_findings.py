"""The sentences follow the numbers, also when they show nothing."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from onevoice.experiments.compare.estimates import Estimates
from onevoice.experiments.compare.report import findings
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.wording import direction, dollars
from tests.experiments.compare.builders import config, estimates, evaluation


def compared(ncv: float, open_rate: float, noise: Sequence[float] = ()) -> str:
    """The finding on greedy beside manual with NCV 100 and open rate 0.30."""
    made = [
        evaluation("manual", ncv=100.0, open_rate=0.3),
        evaluation("greedy", ncv=ncv, open_rate=open_rate),
    ]
    if noise:
        made[1].metrics["ncv"] = np.array(noise)
    said = Estimates(config(modes=()), {one.policy: one for one in made})
    return findings(said)[0]


def test_headline_is_the_hidden_loss_of_independent_learning() -> None:
    headline = findings(estimates())[0]
    assert headline.startswith("With every channel learning from its own claims (independent), ")
    assert "net customer value is $50 below manual ($50 to $50)" in headline
    assert headline.endswith(": the dashboards hide a loss.")


@pytest.mark.parametrize(
    ("ncv", "open_rate", "verdict"),
    [
        (60.0, 0.36, "the dashboards hide a loss"),
        (140.0, 0.36, "better on the dashboards and in truth"),
        (60.0, 0.24, "worse on the dashboards and in truth"),
        (140.0, 0.24, "the dashboards hide a gain"),
        (100.0, 0.3, "no difference is shown either way"),
        (60.0, 0.3, "a loss that the dashboards do not show"),
    ],
)
def test_verdict_follows_both_intervals(ncv: float, open_rate: float, verdict: str) -> None:
    assert compared(ncv, open_rate).endswith(f": {verdict}.")


def test_an_interval_across_zero_is_called_so() -> None:
    said = compared(100.0, 0.3, noise=(80.0, 120.0, 90.0, 115.0))
    assert "net customer value is not told apart from manual (difference $1, " in said
    assert "the dashboards are not told apart from manual's" in said


def test_best_policy_modes_and_search() -> None:
    said = findings(estimates())
    (best,) = (line for line in said if "leaves the highest net customer value, $120" in line)
    assert best.startswith("shared_reward")
    assert best.endswith(": $20 above manual ($20 to $20).")
    assert any(
        "Trained as shared_reward, net customer value is $70 above independent" in s for s in said
    )
    assert said[-1] == (
        "Under manual, search claims $2.80 of revenue per dollar spent; "
        "switching it off shows $1.00, less than it claims."
    )


def test_the_best_stands_beside_the_next_best_too() -> None:
    values = {"manual": 100.0, "shared_reward": 150.0, "central_critic": 151.0}
    played = {name: evaluation(name, ncv=ncv, open_rate=0.3) for name, ncv in values.items()}
    names = config(policies=("manual",), modes=("shared_reward", "central_critic"))
    (best,) = (line for line in findings(Estimates(names, played)) if "highest" in line)
    assert best.startswith("central_critic")
    assert best.endswith("$51 above manual ($51 to $51), $1 above shared_reward ($1 to $1).")


def test_alone_there_is_nothing_to_compare_with() -> None:
    one = evaluation("silent", ncv=5.0, open_rate=0.3)
    said = findings(Estimates(config(policies=("silent",), modes=()), {"silent": one}))
    assert said[0] == (
        "silent leaves the highest net customer value, $5 per 1,000 customers per 28 days."
    )


@pytest.mark.parametrize(
    ("low", "high", "sign"),
    [(1.0, 2.0, 1), (-2.0, -1.0, -1), (-1.0, 1.0, 0), (math.nan, math.nan, 0)],
)
def test_direction(low: float, high: float, sign: int) -> None:
    assert direction(Estimate(0.0, low, high)) == sign


def test_dollars() -> None:
    assert [dollars(v) for v in (1234.4, -0.2, -56.0)] == ["$1,234", "$0", "\N{MINUS SIGN}$56"]
