"""The customers as Mesa agents are those of the slow model, while the budget is ample."""

import numpy as np
import pytest

from tests.experiments.speed.builders import BY_CHANNEL, MONEY, SINGLE, Same, busy

pytest.importorskip("mesa")
from onevoice.experiments.speed.peers import mesa_model
from onevoice.experiments.speed.peers.mesa_model import Company


def series(x: float) -> float:
    """The model's exponential in double precision."""
    y = min(max(x, -8.0), 8.0) / 8.0
    return float((1 + y * (1 + y * (1 / 2 + y * (1 / 6 + y / 24)))) ** 8)


@pytest.mark.parametrize("scope", ["shared", "siloed"])
def test_agents_live_the_lives_of_the_slow_model(
    scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mesa_model, "exp", series)
    same = Same(busy(observation={"scope": scope, "sync_lag_hours": 24.0}))
    company = Company(same.crowd, same.uniform)
    found, slow = same.live(company.decide)
    for name, count in slow.items():
        near = pytest.approx(count, rel=1e-6) if name.startswith(MONEY) else count
        assert found[name] == near, name
    assert_same_customers(same, company)


def assert_same_customers(same: Same, company: Company) -> None:
    alive = np.flatnonzero(same.world.alive).tolist()
    assert [customer.number for customer in company.agents] == alive
    for name in (*SINGLE, *BY_CHANNEL):
        if name != "alive":
            mine = np.array([getattr(customer, name) for customer in company.agents]).T
            slow = getattr(same.world, name)[..., alive]
            np.testing.assert_allclose(mine, slow, rtol=1e-4, atol=1e-6, err_msg=name)


def test_python_s_own_exponential_leads_to_nearly_the_same_events() -> None:
    found, slow = (same := Same(busy())).live(Company(same.crowd, same.uniform).decide)
    for name, count in slow.items():
        assert found[name] == pytest.approx(count, rel=0.05, abs=5), name
