"""Single customers: one e-mail, weekly e-mails, daily text messages."""

import csv
import gzip
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.validation import replays
from onevoice.experiments.validation.published import CONTROL_BOUGHT, CONTROL_VISITED, all_rows
from onevoice.experiments.validation.simulations import Records, Setting, every

DATA = Path(__file__).parents[3].parent / "shared" / "data" / "hillstrom.csv.gz"
SETTING = Setting(Scenario(channels=["email"]), (5, 6), (1, 2), 60)


def entry(need: list[int], **columns: list[int]) -> Records:
    """The records of one market; what is not given is zero."""

    def flags(name: str) -> npt.NDArray[np.bool_]:
        return np.array([columns.get(name, [0] * len(need))], np.bool_)

    def counts(name: str) -> npt.NDArray[np.int64]:
        return np.array([columns.get(name, [0] * len(need))], np.int64)

    return Records(
        need=np.array([need], np.uint8),
        visited=flags("visited"),
        bought=flags("bought"),
        contacts=counts("contacts"),
        engagements=counts("engagements"),
        opted_out=flags("opted_out"),
    )


def test_everybody_gets_one_e_mail_and_the_control_group_none() -> None:
    scenario = SETTING.one_channel("email", days=2, customers={"churn": 0.0})
    records = SETTING.record(scenario, every(16, 0))
    assert (records.contacts == 1).all()
    assert 0 < records.engagements.sum() < 120
    assert not SETTING.record(scenario, every(16, None)).contacts.any()


def test_bisection_finds_where_a_rising_function_gets_to() -> None:
    found = replays.solve(lambda x: x * x, 0.25, 1.0)
    assert found == pytest.approx(0.5, abs=2**-replays.HALVINGS)


def test_lifts_of_those_whose_need_the_message_is_and_of_the_rest() -> None:
    need = [0, 1, 2, 3]
    control = entry(need, visited=[0, 0, 0, 1])
    fits = [entry(need, visited=[int(n == m) or int(n == 3) for n in need]) for m in range(4)]
    found = replays.lifts(fits, control)
    assert found["lift_fit"].tolist() == [0.75]
    assert found["lift_rest"].tolist() == [0.0]
    assert found["control_visited"].tolist() == [0.25]
    assert found["visited"].tolist() == [(0.5 + 0.5 + 0.5 + 0.25) / 4]


def test_personal_e_mails_are_those_of_the_arm_whose_message_is_the_need() -> None:
    need = [0, 1]
    arms = [entry(need, contacts=[2, 2], engagements=[int(m == 0) * 2, 1]) for m in range(4)]
    found = replays.personal_sums(arms)
    assert found["personal_contacts"].tolist() == [4.0]
    assert found["general_contacts"].tolist() == [16.0]
    assert found["personal_engagements"].tolist() == [3.0]
    assert found["general_engagements"].tolist() == [6.0]


def test_whoever_has_answered_is_no_longer_at_risk() -> None:
    touched = np.ones((3, 1, 4), bool)
    touched[1:, 0, 3] = False
    engaged = np.zeros((3, 1, 4), bool)
    engaged[0, 0, 0] = engaged[1, 0, 0] = engaged[1, 0, 1] = True
    at_risk, successes = replays.first_successes(touched, engaged)
    assert at_risk.ravel().tolist() == [4.0, 2.0, 1.0]
    assert successes.ravel().tolist() == [1.0, 1.0, 0.0]


@pytest.fixture(scope="module")
def hillstrom() -> dict[str, npt.NDArray[np.str_]]:
    if not DATA.is_file():
        pytest.skip("the data set lies beside the repository only where somebody has put it there")
    with gzip.open(DATA, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def test_published_figures_of_the_e_mail_trial(
    hillstrom: dict[str, npt.NDArray[np.str_]],
) -> None:
    visit, bought = (hillstrom[key].astype(float) for key in ("visit", "conversion"))
    arms = {name: hillstrom["segment"] == f"{name} E-Mail" for name in ("No", "Mens", "Womens")}
    mean = {name: (visit[arm].mean(), bought[arm].mean()) for name, arm in arms.items()}
    assert mean["No"] == pytest.approx((CONTROL_VISITED, CONTROL_BOUGHT), abs=5e-5)
    rows = {row.key: row for row in all_rows()}
    lifts = sorted(100 * (mean[name][0] - mean["No"][0]) for name in ("Mens", "Womens"))
    assert lifts == pytest.approx(rows["email_visit_lift"].accepted, abs=0.05)
    assert sum(lifts) / 2 == pytest.approx(rows["email_visit_lift"].published, abs=0.05)
    shares = sorted(100 * (1 - mean["No"][1] / mean[name][1]) for name in ("Mens", "Womens"))
    assert shares == pytest.approx(rows["email_incremental_share"].accepted, abs=0.5)
    pooled = 100 * (1 - 2 * mean["No"][1] / (mean["Mens"][1] + mean["Womens"][1]))
    assert pooled == pytest.approx(rows["email_incremental_share"].published, abs=0.5)


def test_published_fit_of_the_e_mails(hillstrom: dict[str, npt.NDArray[np.str_]]) -> None:
    visit = hillstrom["visit"].astype(float)
    mens, womens = (hillstrom[key] == "1" for key in ("mens", "womens"))
    alone = {"Mens": mens & ~womens, "Womens": womens & ~mens}

    def lift(arm: str, group: str) -> float:
        sent, kept = (hillstrom["segment"] == f"{name} E-Mail" for name in (arm, "No"))
        among = alone[group]
        return float(visit[sent & among].mean() - visit[kept & among].mean())

    fit, rest = lift("Womens", "Womens"), lift("Womens", "Mens")
    other_fit, other_rest = lift("Mens", "Mens"), lift("Mens", "Womens")
    rows = {row.key: row for row in all_rows()}
    assert fit / rest == pytest.approx(rows["email_fit_clear"].published, abs=0.05)
    assert (fit + other_fit) / (rest + other_rest) == pytest.approx(
        rows["email_fit"].published, abs=0.05
    )
    span = (other_fit / other_rest, fit / rest)
    assert span == pytest.approx(rows["email_fit"].accepted, abs=0.05)
