"""What a benchmark accepts, which cells it has, and what the packaged ones hold."""

from typing import Any

import pytest
from pydantic import ValidationError

from onevoice.configs.loader import load_config
from onevoice.envs.spec.coordination import POWERS, RULES
from onevoice.experiments.benchmark.cells import ROWS, Cell, Row
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.core.tasks import config_text
from tests.experiments.benchmark.builders import config


@pytest.mark.parametrize("name", ["duet", "quartet", "sextet", "septet"])
def test_packaged_benchmarks_train_alike(name: str) -> None:
    loaded, whole = (load_config(Config, "benchmarks", one) for one in (name, "quartet"))
    assert loaded.scenario == load_config(Config, "benchmarks", name).scenario
    assert (
        len(loaded.scenario.channels) == {"duet": 2, "quartet": 4, "sextet": 6, "septet": 7}[name]
    )
    assert loaded.runs == (10 if name == "quartet" else 5)
    steps = {"total_steps": loaded.training.total_steps}
    assert loaded.training == whole.training.model_copy(update=steps)
    assert {"manual", "greedy", "planner", "independent", "shared_reward"} <= set(loaded.rows)


def test_the_quartet_has_every_row() -> None:
    assert load_config(Config, "benchmarks", "quartet").rows == tuple(ROWS)


def test_learned_rows_and_no_blind_ones_have_a_shuffled_twin() -> None:
    twins = {name for name, row in ROWS.items() if row.shuffled}
    assert twins == {name for name, row in ROWS.items() if row.kind == "trained"} | {"greedy"}


def test_modes_have_a_cell_for_each_run_and_other_rows_one() -> None:
    found = config(rows=("manual", "shared_reward"), runs=2).cells
    assert found == [Cell(Row("manual")), Cell(Row("shared_reward")), Cell(Row("shared_reward"), 1)]
    assert [Cell.parse(str(cell)) for cell in found] == found


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("central_critic-12", Cell(Row("central_critic"), 12)),
        ("greedy+lead-3", Cell(Row("greedy", "lead"), 3)),
    ],
)
def test_a_cell_is_written_as_it_is_read(name: str, cell: Cell) -> None:
    assert Cell.parse(name) == cell
    assert str(cell) == name


def test_a_piece_is_some_rows_and_some_seeds() -> None:
    piece = config(only=("manual", "shared_reward"), seeds=(0, 2))
    assert [str(cell) for cell in piece.cells_now] == [
        "manual-0",
        "shared_reward-0",
        "shared_reward-2",
    ]
    assert config_text(piece) == config_text(config())


def test_a_row_under_a_layer_is_the_same_policy_in_another_scenario() -> None:
    plain, row = config().scenario, Row.parse("shared_reward+full")
    assert row.recipe is ROWS["shared_reward"]
    assert row.policy == "shared_reward"
    assert Row("shared_reward").scenario(plain) == plain
    assert row.scenario(plain).coordination.rules == RULES
    assert Row.parse("greedy+gap").scenario(plain).coordination.rules == ("gap",)
    assert [str(cell) for cell in config(rows=("greedy+full",)).cells] == ["greedy+full-0"]


def test_an_orchestrator_learns_with_a_mode_or_alone_above_a_baseline() -> None:
    joint, alone, by_hand = (
        Row(n, "orchestrator") for n in ("shared_reward", "greedy", "scripted_orchestrator")
    )
    assert [row.recipe.kind for row in (joint, alone, by_hand)] == [
        "trained", "trained", "baseline",
    ]  # fmt: skip
    assert [row.partners for row in (joint, alone, by_hand)] == [None, "greedy", None]
    assert [row.mode for row in (joint, alone)] == ["shared_reward", "shared_reward"]
    assert alone.scenario(config().scenario).coordination.orchestrated
    assert len(config(rows=(str(alone),), runs=2).cells) == 2


def test_an_orchestrator_may_have_one_power_alone() -> None:
    assert Row("greedy", "lead").partners == "greedy"
    assert Row("scripted_orchestrator", "lead").recipe.kind == "baseline"
    bare = [Row.parse(name).bare for name in ("scripted_orchestrator+lead", "shared_reward+full")]
    assert bare == [Row("greedy"), Row("shared_reward")]
    layer = Row("greedy", "split").scenario(config().scenario).coordination
    assert [power for power in POWERS if layer.directs(power)] == ["split"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rows": ("sharde",)}, "unknown row 'sharde'; did you mean 'shared_reward'"),
        ({"rows": ("greedy+ful",)}, "row 'greedy.ful': unknown layer 'ful'; did you mean 'full'"),
        ({"rows": ("manual", "manual")}, "each row may be named once"),
        ({"rows": ()}, "nothing to compare"),
        ({"only": ("silent",)}, "only holds 'silent', which is none of rows"),
        ({"seeds": (3,)}, "seeds hold 3, but runs are 0 to 2"),
        ({"markets": 1}, "greater than or equal to 2"),
        ({"scenario": {"channels": ["email"], "action_type": "discrete"}}, "multi_discrete"),
    ],
)
def test_mistakes_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        config(**changes)
