"""Sahni, Wheeler & Chintagunta: e-mails made out to the customer against the same for everybody.

Eight weekly e-mails with a fixed message go to everybody, in one arm per message. The arm whose
message is a customer's need is the personal one; all arms together are the general one, whose
message does not depend on the customer. Letters: ``B`` markets.
"""

import numpy as np

from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.validation.individuals import Diary, diary, every, trial_of
from onevoice.experiments.validation.measures import ratio_of_rates
from onevoice.experiments.validation.rows import Role, Row, Trial, around_one
from onevoice.experiments.validation.worlds import TICKS_PER_DAY, WEEK_DAYS, Worlds

WEEKS = 8
SOURCE = "Sahni, Wheeler & Chintagunta 2018"


def sums(arms: list[Diary]) -> Arrays:
    """Contacts, opens and opt-outs of personal and of all e-mails, float64 ``[B]`` each."""

    def add(column: str, personal: bool) -> F64:
        chosen = [
            getattr(arm, column) * ((arm.need == message) | (not personal))
            for message, arm in enumerate(arms)
        ]
        return np.asarray(np.sum(chosen, axis=(0, 2)), np.float64)

    columns = ("contacts", "engagements", "opted_out")
    kinds = (("personal", True), ("general", False))
    return {f"{kind}_{column}": add(column, own) for kind, own in kinds for column in columns}


def _run(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    world = trial_of(scenario, "email", days=WEEKS * WEEK_DAYS, population=population)
    weekly = WEEK_DAYS * TICKS_PER_DAY
    return sums([diary(world, every(weekly, m), worlds) for m in range(len(MESSAGES))])


def _row(
    what: str, column: str, published: float, below: str, above: str, role: Role = "held out"
) -> Row:
    sums_of = ("personal_{}", "personal_contacts", "general_{}", "general_contacts")
    return Row(
        key=f"relevance_{column}",
        label=f"Relevant e-mail: {what}",
        compared=f"{what} per e-mail that meets the need, as a multiple of one that ignores it",
        unit="ratio",
        published=published,
        accepted=around_one(published),
        source=SOURCE,
        measure=ratio_of_rates,
        samples=tuple(name.format(column) for name in sums_of),
        below=below,
        above=above,
        role=role,
    )


RELEVANCE = Trial(
    "relevance",
    35.0,
    _run,
    (
        _row(
            "opens",
            "engagements",
            1.19,
            "meeting the need does too little (need_match)",
            "meeting the need does more than a name in the subject line (need_match)",
        ),
        _row(
            "opt-outs",
            "opted_out",
            0.83,
            "relevance spares too many opt-outs (opt_out_relevance)",
            "relevance spares too few opt-outs (opt_out_relevance)",
            "fitted",
        ),
    ),
    share=0.5,
)
