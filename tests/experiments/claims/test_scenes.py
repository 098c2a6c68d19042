"""All scenes of one small world: who decides what, for how long, and from which moment on."""

from itertools import pairwise

import numpy as np
import pytest

from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import MONEY
from onevoice.experiments.claims.scenes import NOTCHES, RAISE, claims_of, pays_by_claims, play_part
from onevoice.experiments.claims.story import CHAINS, Story
from onevoice.policies.calendar import coordinated_plan, manual_plan
from tests.experiments.claims.told import MONTHS
from tests.experiments.claims.watched import CONFIG, Watched, touches

MONTH = CONFIG.month
NAMES = [str(name) for name in CONFIG.scenario.channels]
PRESSURE, MESSAGE, OFFER = (slice(part, -1, 3) for part in range(3))
BRANCHES = {
    "warm_up": ("manual", "no_email", "more_email", "coordinated", "greedy_first", "no_search",
                "no_social"),
    "greedy_first": ("greedy_later", "cut_one", "raised_one", "layer"),
    "cut_one": ("cut_two",),
    "raised_one": ("raised_two",),
    "layer": ("layer_kept", "loosened_discounts"),
    "loosened_discounts": ("loosened_stories",),
    "loosened_stories": ("loosened_volume",),
}  # fmt: skip
"""What follows on the last day of a scene."""


@pytest.fixture(scope="module")
def world() -> Watched:
    watched = Watched(1)
    watched.scenes()
    return watched


def test_every_scene_is_there_and_as_long_as_it_should_be(world: Watched) -> None:
    lengths = {scene: len(world.course(scene).system) for scene in world.actions}
    assert lengths == {scene: round(MONTH * months) for scene, months in MONTHS.items()}
    for scene, actions in world.actions.items():
        assert len(actions) == lengths[scene]
        assert len(world.course(scene).survey) == lengths[scene] + 1


def test_scenes_branch_from_the_same_customers(world: Watched) -> None:
    assert sum(len(after) for after in BRANCHES.values()) == len(MONTHS) - 1
    for before, after in BRANCHES.items():
        for scene in after:
            for field in ("survey", "subscribed"):
                start = world.arrays[f"{scene}/{field}"][0]
                np.testing.assert_array_equal(start, world.arrays[f"{before}/{field}"][-1], scene)


def test_the_same_configuration_gives_the_same_arrays(world: Watched) -> None:
    again = play_part(CONFIG, "world-1", lambda *one: None)
    assert again.keys() == world.arrays.keys()
    for name, array in world.arrays.items():
        np.testing.assert_array_equal(again[name], array, err_msg=name)


def test_another_world_has_other_customers(world: Watched) -> None:
    other = Watched(0)
    assert (other.arrays["audience/size"] != world.arrays["audience/size"]).any()


def test_progress_rises_by_one_to_exactly_its_total(world: Watched) -> None:
    total = round(MONTH * sum(MONTHS.values()))
    assert world.told == [("part", done, total) for done in range(1, total + 1)]


def test_plans_go_on_with_their_calendar(world: Watched) -> None:
    for scene, since in (("warm_up", 0), ("manual", MONTH)):
        for day, actions in enumerate(world.actions[scene]):
            np.testing.assert_array_equal(actions[0], manual_plan(CONFIG.scenario, since + day))
    for day, actions in enumerate(world.actions["coordinated"]):
        np.testing.assert_array_equal(actions[0], coordinated_plan(CONFIG.scenario, MONTH + day))


def test_more_email_is_the_plan_and_now_and_then_a_level_more(world: Watched) -> None:
    rise = world.actions["more_email"] - world.actions["manual"]
    email = rise[:, 0, 0, PRESSURE]
    assert set(np.unique(email)) == {0, 1}
    assert email.any(axis=1).mean() == pytest.approx(1 / 8, abs=0.02)
    rise[:, 0, 0, PRESSURE] = 0
    assert not rise.any()


@pytest.mark.parametrize(
    ("scene", "silent", "original"),
    [("no_email", "email", "manual"), ("no_search", "search", "greedy"),
     ("no_social", "social", "greedy")],
)  # fmt: skip
def test_a_silenced_channel_is_silent_and_the_others_do_what_they_did(
    world: Watched, scene: str, silent: str, original: str
) -> None:
    row, found = NAMES.index(silent), world.actions[scene]
    if original == "greedy":
        given = np.concatenate([world.actions[f"greedy_{part}"] for part in ("first", "later")])
    else:
        given = world.actions[original]
    assert not touches(world.course(scene))[:, row].any()
    others = [other for other in range(len(NAMES)) if other != row]
    np.testing.assert_array_equal(found[:, :, others], given[: len(found)][:, :, others])


def test_silence_leaves_the_others_touches_of_the_first_tick_as_they_were(world: Watched) -> None:
    with_it, without = (touches(world.course(name)) for name in ("greedy_first", "no_search"))
    others = [row for row, name in enumerate(NAMES) if name != "search"]
    np.testing.assert_array_equal(with_it[0, others], without[0, others])
    assert with_it[0, others].sum() > 0
    assert with_it[:, NAMES.index("search")].any()


@pytest.mark.parametrize("scene", ["cut_one", "layer"])
def test_agents_go_on_from_what_they_knew_at_that_moment(world: Watched, scene: str) -> None:
    free, limited = (world.actions[name][0, 0] for name in ("greedy_later", scene))
    for row in range(len(NAMES)):
        cap = limited[row, PRESSURE].max()
        assert (limited[row, PRESSURE] == np.minimum(free[row, PRESSURE], cap)).all()
    if scene == "cut_one":
        np.testing.assert_array_equal(limited[:, MESSAGE], free[:, MESSAGE])
        np.testing.assert_array_equal(limited[:, OFFER], free[:, OFFER])


def test_the_layer_caps_tells_one_story_and_gives_no_discount(world: Watched) -> None:
    whole = np.concatenate([world.actions["layer"], world.actions["layer_kept"]])
    assert whole[..., PRESSURE].max() == 2
    assert not whole[..., OFFER].any()
    for day, actions in enumerate(whole):
        story = coordinated_plan(CONFIG.scenario, 2 * MONTH + day)[:, MESSAGE]
        assert (actions[0][:, MESSAGE] == story).all()


def test_a_notch_is_given_up_only_while_platforms_claim_less_than_before(world: Watched) -> None:
    wanted = claims_of(world.course("greedy_first"), MONTH // 2)
    seen, loosened = claims_of(world.course("layer"), MONTH // 2), []
    for scene in NOTCHES:
        loosened.append(seen < wanted)
        seen = claims_of(world.course(scene), MONTH // 2)
    freed = [
        world.actions["loosened_discounts"][..., OFFER].any(),
        (np.ptp(world.actions["loosened_stories"][..., MESSAGE], axis=2) > 0).any(),
        world.actions["loosened_volume"][..., PRESSURE].max() > 2,
    ]
    assert freed == loosened


def test_cut_channels_are_silent_for_good_and_differ(world: Watched) -> None:
    cuts = [int(world.arrays[f"cut_{name}/channel"]) for name in ("one", "two")]
    one, two = (touches(world.course(f"cut_{name}")).sum(axis=0) for name in ("one", "two"))
    assert one[cuts[0]] == two[cuts[0]] == two[cuts[1]] == 0
    assert one[cuts[1]] > 0
    assert (np.delete(two, cuts) > 0).all()


def test_no_purse_is_overspent_in_any_month_of_any_scene(world: Watched) -> None:
    story, budget = Story(CONFIG, [world.arrays]), CONFIG.scenario.budget
    given = [budget.split.get(name, 0) * 0.6 for name in CONFIG.scenario.channels]
    scenes = {*MONTHS, *CHAINS} - {name for chain in CHAINS.values() for name in chain[1:]}
    for scene in sorted(scenes):
        spend = story.course(scene).channels[:, 0, :, kernels.SPEND]
        months = spend.reshape(-1, MONTH, len(NAMES)).sum(axis=1) / MONEY
        assert (months <= np.outer(allowed(scene), given) + 1e-4).all(), scene
        assert months.sum() > 0


def allowed(scene: str) -> list[float]:
    """The most that a budget may have become in each month of a scene, as a multiple."""
    return [1.0, RAISE, RAISE**2] if scene == "raised" else [1.0]


def test_purses_grow_where_platforms_claim_more_than_they_cost(world: Watched) -> None:
    names = ("greedy_first", "raised_one", "raised_two")
    months = [world.course(name) for name in names]
    for month, before, after in zip(months, names, names[1:], strict=False):
        factors = np.where(pays_by_claims(month), RAISE, 1.0)
        expected = np.round(world.monthly[before] * factors)
        np.testing.assert_array_equal(world.monthly[after], expected)
    assert (world.monthly["layer"] == world.monthly["greedy_first"]).all()
    assert pays_by_claims(months[0]).any()
    np.testing.assert_array_equal(
        world.actions["raised_one"][0, :], world.actions["greedy_later"][0, :]
    )


def test_chains_follow_each_other_without_a_gap(world: Watched) -> None:
    for names in CHAINS.values():
        for early, late in pairwise(names):
            end, start = world.course(early).survey[-1], world.course(late).survey[0]
            np.testing.assert_array_equal(end, start)
