"""The headline says what the intervals say, and where there is no collapse."""

import pytest

from onevoice.experiments.ablation.headline import headline
from onevoice.experiments.ablation.variants import COEFFICIENTS, switched_off
from tests.experiments.ablation.made import config, losses

COUNT, SETS = len(COEFFICIENTS), len(switched_off()) - 1


def chosen(part: str, key: str) -> float:
    """A loss of 50 that conflict halves, fatigue ends and both turn; none among two channels."""
    special = {
        "off-conflict": 25.0, "off-fatigue": 0.0, "off-fatigue-conflict": -50.0, "channels-2": -9.0,
        "factor-tolerance": 0.0,
    }  # fmt: skip
    return special.get(part, 50.0)


def test_the_headline_tells_every_turn() -> None:
    text = headline(losses(chosen))
    assert text.startswith("Greedy channels lose 50 (")
    assert "and with it trust and customer equity: the collapse." in text
    assert "The loss shrinks without conflict; cannot be told from zero without fatigue" in text
    assert "turns into a gain without fatigue + conflict." in text


@pytest.mark.parametrize(
    ("loss", "start"), [(0.0, "The loss of greedy channels cannot"), (-50.0, "There is no coll")]
)
def test_the_headline_admits_that_there_is_no_loss(loss: float, start: str) -> None:
    text = headline(losses(lambda part, key: loss))
    assert text.startswith(start)
    assert "The loss shrinks" not in text


@pytest.mark.parametrize(("trust", "equity"), [(0.0, 900.0), (0.06, 0.0), (-0.06, -900.0)])
def test_the_headline_admits_that_a_loss_is_no_collapse(trust: float, equity: float) -> None:
    made = losses(lambda *_: 50.0, trust=lambda *_: trust, equity=lambda *_: equity)
    text = headline(made)
    assert text.startswith("Greedy channels lose 50 (")
    assert "but not both trust and customer equity: there is no collapse." in text
    assert f"the collapse is there in 0 of {SETS} variants" in text
    assert f"the collapse is there throughout for 0 of {COUNT}" in text
    assert text.endswith("the collapse is there in 0 of 12 cells; loss only in 12.")


def test_dashboards_that_are_not_better_everywhere_are_counted() -> None:
    assert "better than manual ones in 0 of 18 variants" in headline(losses(chosen))


def test_the_headline_tells_without_which_mechanisms_there_is_no_collapse() -> None:
    back = {"off-regret": 0.0, "off-churn": 0.0}
    text = headline(losses(chosen, trust=lambda part, key: back.get(part, 0.06)))
    assert f"With mechanisms off the collapse is there in {SETS - 4} of {SETS} variants" in text
    groups = "fatigue (not told apart); regret or churn (loss only); fatigue + conflict (gain)."
    assert f"but not without {groups}" in text


def test_the_headline_tells_what_brings_most_of_the_trust_back() -> None:
    left = {"off-regret": 0.05, "off-fatigue-trust": 0.006}
    text = headline(losses(chosen, trust=lambda part, key: left.get(part, 0.06)))
    assert "Of the trust lost, 90 (" in text
    assert ") % is back without fatigue + trust." in text
    assert f"the collapse is there in {SETS - 2} of {SETS} variants" in text


def test_no_trust_is_back_where_none_was_lost_or_nothing_helps() -> None:
    assert "Of the trust lost" not in headline(losses(chosen))
    assert "Of the trust lost" not in headline(losses(chosen, trust=lambda *_: 0.0))


def test_the_headline_tells_where_the_collapse_ends() -> None:
    held = {("factor-all_harms", "0"), ("factor-all_harms", "0.5"), ("factor-trust_losses", "0")}
    held |= {("factor-trust_regret", "0")}
    made = losses(
        lambda part, key: -50.0 if (part, key) == ("factor-churn_trust", "2") else 50.0,
        config(factors=(0.0, 0.5, 1.0, 2.0)),
        trust=lambda part, key: 0.0 if (part, key) in held else 0.06,
    )
    text = headline(made)
    assert f"at 0 to 2 times its value the collapse is there throughout for {COUNT - 4}" in text
    assert (
        f"for {COUNT - 4} of {COUNT}, but not for trust regret or trust losses (loss only at 0); "
        "churn trust (gain at 2); all harms (loss only at 0 to 0.5)."
    ) in text


def test_the_headline_tells_a_collapse_throughout() -> None:
    text = headline(losses(lambda *_: 50.0))
    assert f"the collapse is there throughout for {COUNT} of {COUNT}. " in text
    assert f"the collapse is there in {SETS} of {SETS} variants. " in text
    assert text.endswith("Over channels and audiences the collapse is there in 12 of 12 cells.")


def test_a_coefficient_out_of_bounds_everywhere_is_not_called_a_collapse() -> None:
    text = headline(losses(lambda *_: 50.0, config(factors=(0.0,))))
    assert "but not for tolerance or orders per year (out of bounds)." in text


def test_the_headline_counts_the_cells_of_every_state() -> None:
    held = {("channels-3", "-1"), ("channels-4", "-1"), ("channels-5", "1")}
    made = losses(
        lambda part, key: -9.0 if part == "channels-2" else 50.0,
        equity=lambda part, key: 0.0 if (part, key) in held else 900.0,
    )
    end = "the collapse is there in 7 of 12 cells; loss only in 3, gain in 2."
    assert headline(made).endswith(end)
