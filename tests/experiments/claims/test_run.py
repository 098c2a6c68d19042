"""All branches of one small simulation: the decisions, their number and the moment of the start."""

from itertools import pairwise

import numpy as np
import pytest

from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.experiments.claims.estimates import CHAINS, Simulations
from onevoice.experiments.claims.run import (
    RAISE,
    RELAXATIONS,
    claims_exceed_spend,
    claims_of,
    run_task,
)
from onevoice.policies.calendar import coordinated_plan, manual_plan
from tests.experiments.claims.builders import MONTHS
from tests.experiments.claims.fakes import CONFIG, Recorded, touches

MONTH = CONFIG.month
NAMES = [str(name) for name in CONFIG.scenario.channels]
INTENSITY, MESSAGE, OFFER = (slice(part, -1, 3) for part in range(3))
BRANCHES = {
    "warm_up": ("manual", "no_email", "more_email", "coordinated", "greedy_first", "no_search",
                "no_social"),
    "greedy_first": ("greedy_later", "cut_one", "raised_one", "layer"),
    "cut_one": ("cut_two",),
    "raised_one": ("raised_two",),
    "layer": ("layer_kept", "relaxed_discounts"),
    "relaxed_discounts": ("relaxed_messages",),
    "relaxed_messages": ("relaxed_volume",),
}  # fmt: skip
"""What follows on the last day of a branch."""


@pytest.fixture(scope="module")
def played() -> Recorded:
    simulation = Recorded(1)
    simulation.play_all()
    return simulation


def test_every_branch_is_there_and_as_long_as_it_should_be(played: Recorded) -> None:
    lengths = {branch: len(played.trajectory(branch).system) for branch in played.actions}
    assert lengths == {branch: round(MONTH * months) for branch, months in MONTHS.items()}
    for branch, actions in played.actions.items():
        assert len(actions) == lengths[branch]
        assert len(played.trajectory(branch).survey) == lengths[branch] + 1


def test_branches_branch_from_the_same_customers(played: Recorded) -> None:
    assert sum(len(after) for after in BRANCHES.values()) == len(MONTHS) - 1
    for before, after in BRANCHES.items():
        for branch in after:
            for field in ("survey", "subscribed"):
                start = played.arrays[f"{branch}/{field}"][0]
                np.testing.assert_array_equal(start, played.arrays[f"{before}/{field}"][-1], branch)


def test_the_same_configuration_gives_the_same_arrays(played: Recorded) -> None:
    again = run_task(CONFIG, "simulation-1", lambda *one: None)
    assert again.keys() == played.arrays.keys()
    for name, array in played.arrays.items():
        np.testing.assert_array_equal(again[name], array, err_msg=name)


def test_another_simulation_has_other_customers(played: Recorded) -> None:
    other = Recorded(0)
    assert (other.arrays["audience/size"] != played.arrays["audience/size"]).any()


def test_progress_rises_by_one_to_exactly_its_total(played: Recorded) -> None:
    total = round(MONTH * sum(MONTHS.values()))
    assert played.progress == [("task", done, total) for done in range(1, total + 1)]


def test_plans_go_on_with_their_calendar(played: Recorded) -> None:
    for branch, since in (("warm_up", 0), ("manual", MONTH)):
        for day, actions in enumerate(played.actions[branch]):
            np.testing.assert_array_equal(actions[0], manual_plan(CONFIG.scenario, since + day))
    for day, actions in enumerate(played.actions["coordinated"]):
        np.testing.assert_array_equal(actions[0], coordinated_plan(CONFIG.scenario, MONTH + day))


def test_more_email_is_the_plan_and_now_and_then_a_level_more(played: Recorded) -> None:
    rise = played.actions["more_email"] - played.actions["manual"]
    email = rise[:, 0, 0, INTENSITY]
    assert set(np.unique(email)) == {0, 1}
    assert email.any(axis=1).mean() == pytest.approx(1 / 8, abs=0.02)
    rise[:, 0, 0, INTENSITY] = 0
    assert not rise.any()


@pytest.mark.parametrize(
    ("branch", "silent", "original"),
    [("no_email", "email", "manual"), ("no_search", "search", "greedy"),
     ("no_social", "social", "greedy")],
)  # fmt: skip
def test_a_silenced_channel_is_silent_and_the_others_do_what_they_did(
    played: Recorded, branch: str, silent: str, original: str
) -> None:
    row, found = NAMES.index(silent), played.actions[branch]
    if original == "greedy":
        given = np.concatenate([played.actions[f"greedy_{part}"] for part in ("first", "later")])
    else:
        given = played.actions[original]
    assert not touches(played.trajectory(branch))[:, row].any()
    others = [other for other in range(len(NAMES)) if other != row]
    np.testing.assert_array_equal(found[:, :, others], given[: len(found)][:, :, others])


def test_silence_leaves_the_others_touches_of_the_first_tick_as_they_were(played: Recorded) -> None:
    with_it, without = (touches(played.trajectory(name)) for name in ("greedy_first", "no_search"))
    others = [row for row, name in enumerate(NAMES) if name != "search"]
    np.testing.assert_array_equal(with_it[0, others], without[0, others])
    assert with_it[0, others].sum() > 0
    assert with_it[:, NAMES.index("search")].any()


@pytest.mark.parametrize("branch", ["cut_one", "layer"])
def test_agents_go_on_from_what_they_knew_at_that_moment(played: Recorded, branch: str) -> None:
    free, limited = (played.actions[name][0, 0] for name in ("greedy_later", branch))
    for row in range(len(NAMES)):
        cap = limited[row, INTENSITY].max()
        assert (limited[row, INTENSITY] == np.minimum(free[row, INTENSITY], cap)).all()
    if branch == "cut_one":
        np.testing.assert_array_equal(limited[:, MESSAGE], free[:, MESSAGE])
        np.testing.assert_array_equal(limited[:, OFFER], free[:, OFFER])


def test_the_layer_caps_has_one_message_and_gives_no_discount(played: Recorded) -> None:
    whole = np.concatenate([played.actions["layer"], played.actions["layer_kept"]])
    assert whole[..., INTENSITY].max() == 2
    assert not whole[..., OFFER].any()
    for day, actions in enumerate(whole):
        story = coordinated_plan(CONFIG.scenario, 2 * MONTH + day)[:, MESSAGE]
        assert (actions[0][:, MESSAGE] == story).all()


def test_a_rule_is_relaxed_only_while_platforms_claim_less_than_before(played: Recorded) -> None:
    wanted = claims_of(played.trajectory("greedy_first"), MONTH // 2)
    seen, relaxed = claims_of(played.trajectory("layer"), MONTH // 2), []
    for branch in RELAXATIONS:
        relaxed.append(seen < wanted)
        seen = claims_of(played.trajectory(branch), MONTH // 2)
    freed = [
        played.actions["relaxed_discounts"][..., OFFER].any(),
        (np.ptp(played.actions["relaxed_messages"][..., MESSAGE], axis=2) > 0).any(),
        played.actions["relaxed_volume"][..., INTENSITY].max() > 2,
    ]
    assert freed == relaxed


def test_cut_channels_are_silent_for_good_and_differ(played: Recorded) -> None:
    cuts = [int(played.arrays[f"cut_{name}/channel"]) for name in ("one", "two")]
    one, two = (touches(played.trajectory(f"cut_{name}")).sum(axis=0) for name in ("one", "two"))
    assert one[cuts[0]] == two[cuts[0]] == two[cuts[1]] == 0
    assert one[cuts[1]] > 0
    assert (np.delete(two, cuts) > 0).all()


def test_no_budget_is_overspent_in_any_month_of_any_branch(played: Recorded) -> None:
    simulations, budget = Simulations(CONFIG, [played.arrays]), CONFIG.scenario.budget
    given = [budget.split.get(name, 0) * 0.6 for name in CONFIG.scenario.channels]
    branches = {*MONTHS, *CHAINS} - {name for chain in CHAINS.values() for name in chain[1:]}
    for branch in sorted(branches):
        spend = simulations.trajectory(branch).channels[:, 0, :, kernels.SPEND]
        months = spend.reshape(-1, MONTH, len(NAMES)).sum(axis=1) / MONEY
        assert (months <= np.outer(allowed(branch), given) + 1e-4).all(), branch
        assert months.sum() > 0


def allowed(branch: str) -> list[float]:
    """The most that a budget may have become in each month of a branch, as a multiple."""
    return [1.0, RAISE, RAISE**2] if branch == "raised" else [1.0]


def test_budgets_grow_where_platforms_claim_more_than_they_cost(played: Recorded) -> None:
    names = ("greedy_first", "raised_one", "raised_two")
    months = [played.trajectory(name) for name in names]
    for month, before, after in zip(months, names, names[1:], strict=False):
        factors = np.where(claims_exceed_spend(month), RAISE, 1.0)
        expected = np.round(played.monthly[before] * factors)
        np.testing.assert_array_equal(played.monthly[after], expected)
    assert (played.monthly["layer"] == played.monthly["greedy_first"]).all()
    assert claims_exceed_spend(months[0]).any()
    np.testing.assert_array_equal(
        played.actions["raised_one"][0, :], played.actions["greedy_later"][0, :]
    )


def test_chains_follow_each_other_without_a_gap(played: Recorded) -> None:
    for names in CHAINS.values():
        for early, late in pairwise(names):
            end, start = played.trajectory(early).survey[-1], played.trajectory(late).survey[0]
            np.testing.assert_array_equal(end, start)
