"""Configurations: names and paths, bases, overrides, and one line for each mistake."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.fields import ENTRY, field_rows
from onevoice.configs.loader import Kind, build_config, config_names, load_config, parse_value
from onevoice.envs.spec.coordination import Coordination
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.benchmark import Config
from onevoice.experiments.compare.config import Config as Experiment
from onevoice.training.config import TrainingConfig

MODELS: dict[Kind, type[Scenario | Coordination | TrainingConfig | Experiment | Config]] = {
    "scenarios": Scenario,
    "coordination": Coordination,
    "training": TrainingConfig,
    "experiments": Experiment,
    "benchmarks": Config,
}
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write_file


def scenario(path: str | Path, overrides: dict[str, Any] | None = None) -> Scenario:
    return load_config(Scenario, "scenarios", path, overrides)


def message(act: Callable[[], object]) -> str:
    with pytest.raises(OneVoiceError) as caught:
        act()
    line = str(caught.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in get_args(Kind) for name in config_names(kind)]
)
def test_every_packaged_file_loads(kind: Kind, name: str) -> None:
    assert load_config(MODELS[kind], kind, name).model_dump()


def test_every_packaged_scenario_says_what_it_is() -> None:
    assert all(scenario(name).description.endswith(".") for name in config_names("scenarios"))


def test_base_by_name_and_by_path_is_merged_key_by_key(write: Write) -> None:
    write("lower.yaml", "base: duet\ndays: 28\nbudget: {amount: 700}\ncustomers: {churn: 0.03}")
    upper = write("upper.yaml", "base: ./lower.yaml\ncustomers: {margin: 0.3}")
    loaded = scenario(upper)
    assert list(loaded.channels) == ["email", "social"]
    assert (loaded.days, loaded.budget.amount) == (28.0, 700.0)
    assert (loaded.customers.churn, loaded.customers.margin) == (0.03, 0.3)


def test_fields_of_a_channel_merge_onto_a_list_of_channels() -> None:
    loaded = scenario("duet", {"channels.email.reach": 0.3})
    assert list(loaded.channels) == ["email", "social"]
    assert loaded.channels["email"].reach == 0.3
    assert loaded.channels["email"].click == scenario("duet").channels["email"].click


def test_a_list_of_channels_replaces_a_mapping(write: Write) -> None:
    lower = write("lower.yaml", "channels: {email: {reach: 0.3}, sms: {}}")
    upper = write("upper.yaml", f"base: {lower}\nchannels: [email]")
    assert list(scenario(upper).channels) == ["email"]


def test_a_table_is_replaced_whole_and_its_entries_one_by_one(write: Write) -> None:
    text = (
        "channels: [email, social]\nbudget: {kind: split, amount: 9, split: {email: 4, social: 5}}"
    )
    path = write("split.yaml", text)
    assert scenario(path, {"budget.split": {"email": 9}}).budget.split == {"email": 9.0}
    both = {"budget.split.email": 1, "budget.split.social": 8}
    assert scenario(path, both).budget.split == {"email": 1.0, "social": 8.0}


def test_an_experiment_names_or_spells_out_its_scenario(write: Write) -> None:
    path = write("e.yaml", "scenario: {base: duet, days: 28}\ntraining: {seed: 3}")
    loaded = load_config(Experiment, "experiments", path)
    assert (loaded.scenario.days, loaded.training.seed) == (28.0, 3)
    above = write(
        "f.yaml", f"base: {path}\nscenario: {{population: 50}}\ntraining: {{num_envs: 32}}"
    )
    loaded = load_config(Experiment, "experiments", above)
    assert (loaded.scenario.days, loaded.scenario.population) == (28.0, 50)
    assert (loaded.training.seed, loaded.training.num_envs) == (3, 32)


@pytest.mark.parametrize("whole", ["scenario", "scenario.base"])
def test_a_scenario_named_by_the_caller_replaces_all_of_it_whatever_the_order(
    write: Write, whole: str
) -> None:
    path = write("e.yaml", "scenario: {base: quartet, population: 50}")
    loaded = load_config(
        Experiment, "experiments", path, {"scenario.days": 28, whole: "duet"}
    ).scenario
    assert loaded == scenario("duet", {"days": 28})


def test_build_config_takes_a_mapping_in_place_of_a_file() -> None:
    loaded = build_config(Experiment, "experiments", {"scenario": "duet"}, {"training.seed": 1})
    assert (len(loaded.scenario.channels), loaded.training.seed) == (2, 1)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("scenario.days", "28", 28),
        ("scenario.budget.kind", "split", "split"),
        ("scenario.action_mask", "none", "none"),
        ("scenario.description", "one: two", "one: two"),
        ("scenario.offers", "0,0.1", [0, 0.1]),
        ("scenario.offers", "[0, 0.1]", [0, 0.1]),
        ("modes", "shared", ["shared"]),
        ("training.total_steps", "1e6", 1e6),
        ("training.learning_rate", "3e-4", 3e-4),
        ("training.parameter_sharing", "true", True),
        ("workers", "null", None),
        ("scenario.budget.split", "{email: 3}", {"email": 3}),
        ("scenario", "duet", "duet"),
    ],
)
def test_words_are_read_as_the_field_takes_them(name: str, text: str, value: object) -> None:
    assert parse_value(Experiment, name, text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("budgett: {kind: split}", "{}: budgett: unknown key; did you mean 'budget'?"),
        ("budget: {kindd: split}", "{}: budget.kindd: unknown key; did you mean 'kind'?"),
        ("channels: {email: {reech: 1}}", "{}: channels.email.reech: unknown key; did you mean"),
        ("order_value: 3", "{}: order_value: unknown key; did you mean 'customers.order_value'?"),
        ("channels: [emial]", "{}: channels: unknown channel 'emial'; did you mean 'email'?"),
        ("days: -3", "{}: days: is -3; it should be greater than 0"),
        ("days: three", "{}: days: is 'three'; it should be a valid number"),
        ("days:", "{}: days: is None; it should be a valid number"),
        ("population: 2.5", "{}: population: is 2.5; it should be a valid integer"),
        ("offers: [0, x]", "{}: offers.1: is 'x'; it should be a valid number"),
        ("budget: {kind: splt}", "{}: budget.kind: is 'splt'; it should be 'pooled' or 'split'; "),
        ("observation: 3", "{}: observation: is 3; it should be a mapping with fields of scope, "),
        ("days: 30.1", "{}: days must be a whole number of decisions, not 30.1"),
        ("budget: {kind: split, split: {email: 3}}", "{}: budget.split adds up to 3, but "),
        ("days: 28\ndays: 56", "{}: line 1, column 1: 'days' stands here twice; keep one"),
        ("days: [28", "{}: line 1, column 10: expected ',' or ']'"),
        ("- days", "{}: holds a list; it must hold lines of 'name: value'"),
        ("base: quartett", "{}: unknown scenario 'quartett'; did you mean 'quartet'?"),
        ("base: [quartet]", "{}: base: is ['quartet']; it should be a name or a path"),
        ("base: ../x/bad.yaml", "{}: base: '../x/bad.yaml' leads back to itself; name another"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_file_the_place_and_the_mend(
    write: Write, text: str, expected: str
) -> None:
    channels = (
        "" if "channels" in text or text.startswith(("-", "days: [")) else "\nchannels: [email]"
    )
    path = write("x/bad.yaml", text + channels)
    assert message(lambda: scenario(path)).startswith(expected.format(path))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("budgett.kind", "split", "budgett.kind: unknown key; did you mean 'budget'?"),
        ("channels.emial.reach", 1, "channels.emial.reach: unknown key; did you mean 'email'?"),
        ("channels.email.reach", 3, "channels.email.reach: is 3; it should be less than or equal "),
        ("days.x", 3, "days.x: days has no fields; set it as a whole"),
        ("offers", [0, 0.3, 0.2], "offers must rise strictly from 0"),
        ("days", 1.3, "days must be a whole number of decisions, not 1.3"),
        ("budget.kind", "split", "configs/scenarios/duet.yaml: budget.split adds up to 0, but"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_caller_names_the_field(name: str, value: object, expected: str) -> None:
    assert message(lambda: scenario("duet", {name: value})).startswith(expected)


def test_a_contradiction_is_blamed_on_who_set_its_field(write: Write) -> None:
    path = write("few.yaml", "base: duet\ndays: 1.3")
    wrong = "days must be a whole number of decisions, not 1.3"
    assert message(lambda: scenario(path)) == f"{path}: {wrong}"
    experiment = {"scenario": "duet"}
    built = message(
        lambda: build_config(Experiment, "experiments", experiment, {"scenario.days": 1.3})
    )
    assert built == f"scenario: {wrong}"


def test_a_mistake_in_a_base_is_blamed_on_the_base(write: Write) -> None:
    lower = write("lower.yaml", "base: duet\ncustomers: {churnn: 1}")
    upper = write("upper.yaml", f"scenario: {{base: {lower}, days: 28}}")
    line = message(lambda: load_config(Experiment, "experiments", upper))
    assert line == f"{lower}: customers.churnn: unknown key; did you mean 'churn'?"


def test_names_and_files_that_do_not_exist(tmp_path: Path) -> None:
    assert message(lambda: scenario("quartett")) == (
        "unknown scenario 'quartett'; did you mean 'quartet'?"
    )
    missing = tmp_path / "a.yaml"
    assert message(lambda: scenario(missing)) == (
        f"{missing}: there is no such file; give a path that exists"
    )
    assert "can't be read (Is a directory)" in message(lambda: scenario(tmp_path))


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xff\xfe")
    assert message(lambda: scenario(path)) == f"{path}: is not UTF-8 text; give a YAML file"
    path.write_bytes(b"days: \x00")
    assert message(lambda: scenario(path)).startswith(f"{path}: is not YAML: ")


def test_a_layer_by_name_deep_in_an_experiment() -> None:
    changes = {"scenario.coordination": "full", "scenario.coordination.gap.hours": 6}
    built = build_config(Experiment, "experiments", {"scenario": "duet"}, changes)
    assert built.scenario.coordination.gap is not None
    assert built.scenario.coordination.gap.hours == 6.0
    wrong = {"scenario.coordination": "ful"}
    line = message(lambda: build_config(Experiment, "experiments", {"scenario": "duet"}, wrong))
    assert line == "unknown coordination layer 'ful'; did you mean 'full'?"


def test_help_has_every_field_with_type_default_and_sentence() -> None:
    rows = {row.name: row for row in field_rows(Experiment)}
    assert all(row.help for row in rows.values())
    assert rows["scenario.budget.kind"][1:3] == ("pooled|split", "pooled")
    assert rows["scenario.days"][1:3] == ("float > 0", "84")
    assert rows["scenario.offers"][1:3] == ("[float, ...]", "[0, 0.1, 0.25]")
    assert rows[f"scenario.channels.{ENTRY}.reach"].default is None
    assert rows["workers"][1:3] == ("int >= 1, <= 1024", "null")
    assert rows["scenario.coordination.gap.hours"][1:3] == ("float > 0", "off (24)")
    caps = rows["scenario.coordination.channel_cap.touches"].default
    assert caps == "off ({email: 3, social: 7, display: 14, sms: 1, push: 3})"
