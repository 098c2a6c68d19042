"""The published figures, by replay: value, accepted range, and reasons for lying outside of it."""

from functools import partial

from onevoice.experiments.core.statistics import ratio
from onevoice.experiments.validation.estimates import (
    Range,
    Role,
    Row,
    around_one,
    best_level,
    caused,
    caused_per,
    change,
    decay,
    difference_in_points,
    gain_over,
    half_to_one_and_a_half,
    loss_at,
    overstatement,
    ratio_of_rates,
    sensitivity_growth,
    share_of_lift,
    shift_of_best,
)

FREQUENCIES = tuple(range(1, 15))
POOLED_FREQUENCIES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14)
"""E-mails in 28 days."""
FREQUENCY_LOSSES = {7: 0.0, 4: 32.0, 10: 16.0}
"""Per cent of the best lifetime profit lost, by e-mails a month."""
CONTROL_VISITED, CONTROL_BOUGHT = 0.1062, 0.0057
"""Shares of Hillstrom's control group in two weeks."""
CALLS = (0.0558, 0.0514, 0.0442, 0.0326, 0.0241, 0.0222, 0.0158, 0.0096)
"""Success at telemarketing call 1 to 8 among those not successful before."""
COMPLAINTS = {40: (-50.0, (-60.0, -45.0)), 50: (-65.0, (-71.0, -56.0))}
"""Per cent of the e-mails cut: published change of complaints, accepted range.

The second range has the elasticities of the first.
"""
LONG_MONTHS = 21
ZHANG = "Zhang, Kumar & Cosguner 2017"
HILLSTROM = "Hillstrom 2008 (64,000 customers)"
JOHNSON = "Johnson, Lewis & Nubbemeyer 2017 (432 experiments)"


def _loss(level: int, below: str, above: str) -> Row:
    return Row(
        key=f"email_{level}_a_month", label=f"E-mail: loss at {level} a month",
        compared=f"lifetime profit lost with {level} e-mails a month, in per cent of the gain of "
        "the best number over none",
        unit="%", published=FREQUENCY_LOSSES[level],
        accepted=half_to_one_and_a_half(FREQUENCY_LOSSES[level]), source=ZHANG,
        statistic=partial(loss_at, FREQUENCIES.index(level)), samples=("profit",),
        below=below, above=above, role="fitted",
    )  # fmt: skip


def _fit(key: str, label: str, compared: str, published: float, accepted: Range) -> Row:
    return Row(
        key=key, label=f"One e-mail: fit, {label}",
        compared="visit lift where the message meets the need, as a multiple of the others': "
        + compared,
        unit="ratio", published=published, accepted=accepted, source=HILLSTROM, statistic=ratio,
        samples=("lift_fit", "lift_rest"),
        below="the need changes opening alone (need_match), not clicking",
        above="need_match is too strong",
    )  # fmt: skip


def _display(
    key: str, measure: str, published: float, accepted: Range, column: str, source: str,
    role: Role = "held out",
) -> Row:  # fmt: skip
    return Row(
        key=key, label=f"Display: {measure}",
        compared=f"{measure} during four weeks of display on top of the manual plan",
        unit="%", published=published, accepted=accepted, source=source, statistic=change,
        samples=(f"shown_{column}", f"control_{column}"),
        below="display.awareness is low for how much awareness there is without it",
        above="an impression is clicked (display.engagement) or remembered (display.awareness) too "
        "often for the few visits that come without it (direct_visits_idle, market_entry)",
        role=role,
    )  # fmt: skip


def _brand_ads(key: str, measure: str, column: str) -> Row:
    return Row(
        key=key, label=f"Brand ads: {measure}",
        compared=f"{measure} after brand queries that would be missing without the ad, no rivals",
        unit="%", published=2.5, accepted=(1.0, 4.0), source="Simonov, Nosko & Rao 2018",
        statistic=caused_per,
        samples=(f"on_{column}", "on_queries", f"off_{column}", "off_queries"),
        below="organic results recapture too much (brand_organic)",
        above="organic results lose too little beside the ad, or recapture too little without it "
        "(brand_organic_beside_ad, brand_organic)",
        role="fitted",
    )  # fmt: skip


def _complaints(cut: int) -> Row:
    published, accepted = COMPLAINTS[cut]
    return Row(
        key=f"complaints_{cut}_fewer", label=f"Opt-outs after {cut} % fewer e-mails",
        compared=f"opt-outs in the two months after e-mails were cut by {cut} %",
        unit="%", published=published, accepted=accepted,
        source="LinkedIn 2015-16 (secondary source)", statistic=change,
        samples=(f"cut_{cut}", "cut_0"),
        below="volume drives opt-outs too much (opt_out_overload, opt_out_trust x trust_overload)",
        above="opt-outs are hardly more than proportional to volume (opt_out_overload, tolerance)",
    )  # fmt: skip


def _relevance(
    measure: str, column: str, published: float, below: str, above: str, role: Role = "held out"
) -> Row:
    return Row(
        key=f"relevance_{column}", label=f"Relevant e-mail: {measure}",
        compared=f"{measure} per e-mail that meets the need, as a multiple of one that ignores it",
        unit="ratio", published=published, accepted=around_one(published),
        source="Sahni, Wheeler & Chintagunta 2018", statistic=ratio_of_rates,
        samples=(f"personal_{column}", "personal_contacts", f"general_{column}",
                 "general_contacts"),
        below=below, above=above, role=role,
    )  # fmt: skip


ROWS: dict[str, tuple[Row, ...]] = {
    "frequency": (
        Row(
            key="email_optimum", label="E-mail: best number",
            compared="most profitable number of e-mails",
            unit="a month", published=7.0, accepted=(5.0, 9.0), source=ZHANG,
            statistic=partial(best_level, FREQUENCIES), samples=("profit",),
            below="overload starts early (tolerance) or costs much (trust_overload, "
            "churn_overload, email.opt_out) beside what an e-mail earns",
            above="overload starts late (tolerance) or costs little (trust_overload, "
            "churn_overload, email.opt_out) beside what an e-mail earns",
            role="fitted",
        ),
        _loss(
            4, "profit saturates early: awareness or fatigue bends the curve before four e-mails",
            "the best number is too high (tolerance)",
        ),
        _loss(
            10, "the best number is too high, or the loss beyond it too gentle (churn_overload, "
            "trust_overload)",
            "the loss beyond the best number is steep (churn_overload, trust_overload, tolerance)",
        ),
    ),
    "one_email": (
        Row(
            key="email_visit_lift", label="One e-mail: visitors",
            compared="visitors in two weeks, one e-mail less none",
            unit="points", published=6.1, accepted=(4.5, 7.7), source=HILLSTROM,
            statistic=difference_in_points, samples=("visited", "control_visited"),
            below="few e-mails are opened and clicked (email.engagement x email.click)",
            above="too many e-mails are opened and clicked (email.engagement x email.click)",
        ),
        Row(
            key="email_incremental_share", label="One e-mail: incremental buyers",
            compared="share of e-mailed buyers who would not have bought otherwise",
            unit="%", published=46.0, accepted=(35.0, 54.0), source=HILLSTROM,
            statistic=caused, samples=("bought", "control_bought"),
            below="purchases rise hardly more than visits, which rise too little (email.click)",
            above="visits or purchases per visit rise too much (email.click, purchase_awareness)",
        ),
        _fit("email_fit", "both e-mails", "both e-mails", 1.75, (1.0, 6.7)),
        _fit("email_fit_clear", "women's e-mail", "the women's e-mail alone, the clearest case",
             6.7, half_to_one_and_a_half(6.7)),
    ),
    "display": (
        _display("display_visits", "visits", 16.0, (8.0, 24.0), "visits", JOHNSON, "fitted"),
        _display("display_orders", "purchases", 8.0, (4.0, 12.0), "orders", JOHNSON),
        Row(
            key="display_carry_over", label="Display: after its end",
            compared="visits that display causes in the four weeks after its end, in per cent of "
            "those during the campaign",
            unit="%", published=16.0, accepted=(3.0, 24.0), source=JOHNSON,
            statistic=share_of_lift,
            samples=("shown_visits", "control_visits", "shown_visits_after",
                     "control_visits_after"),
            below="display contradicts the other channels (trust_conflict) and is soon forgotten "
            "(display.awareness): the losses of the others exceed the awareness left",
            above="awareness lasts too long after the campaign (awareness_half_life_days)",
            role="fitted",
        ),
        _display("display_brand_queries", "brand queries", 25.0, (5.0, 45.0), "brand",
                 "Papadimitriou et al. 2011; Lewis & Nguyen 2015"),
    ),
    "brand_ads": (
        _brand_ads("brand_ad_visits", "visits", "visits"),
        _brand_ads("brand_ad_orders", "purchases", "orders"),
    ),
    "pooled": (
        Row(
            key="pooled_fatigue", label="E-mail beside SMS and push",
            compared="change of the most profitable number of e-mails when SMS and push send too",
            unit="a month", published=None, accepted=(-15.0, 0.0),
            source="Godfrey, Seiders & Voss 2011",
            statistic=partial(shift_of_best, POOLED_FREQUENCIES),
            samples=("alone", "beside_others"),
            below="with the other channels no e-mail is best",
            above="the pressure of other channels costs e-mail too little: intrusiveness, fatigue "
            "or the effects of overload",
            wholly=True,
        ),
    ),
    "complaints": tuple(map(_complaints, COMPLAINTS)),
    "contacts": (
        Row(
            key="hazard_per_contact", label="Text messages: answers",
            compared="success at a daily text message, as a multiple of that at the one before, "
            "among those not successful yet",
            unit="ratio", published=0.83, accepted=(0.78, 0.90),
            source="UCI bank marketing (Moro, Cortez & Rita 2014)", statistic=decay,
            samples=("at_risk", "successes"),
            below="pressure and lost trust lower answers too fast (fatigue x sms.intrusiveness, "
            "trust_overload x trust_response)",
            above="pressure lowers answers too slowly (fatigue x sms.intrusiveness)",
        ),
    ),
    "relevance": (
        _relevance(
            "opens", "engagements", 1.19, "meeting the need does too little (need_match)",
            "meeting the need does more than a name in the subject line (need_match)",
        ),
        _relevance(
            "opt-outs", "opted_out", 0.83,
            "relevance prevents too many opt-outs (opt_out_relevance)",
            "relevance prevents too few opt-outs (opt_out_relevance)", "fitted",
        ),
    ),
    "long_run": (
        Row(
            key="long_run_sensitivity", label="Audience in the long run",
            compared=f"share of the audience lost by twice the e-mails after {LONG_MONTHS} months, "
            "as a multiple of that after one",
            unit="ratio", published=3.0, accepted=half_to_one_and_a_half(3.0),
            source="Pandora (Huang, Reiley & Riabov 2018)", statistic=sensitivity_growth,
            samples=("sparse", "dense"),
            below="opting out selects the tolerant customers too fast",
            above="opt-outs and departures accumulate month by month (email.opt_out, "
            "churn_overload): customers neither get used to the volume nor come back",
        ),
    ),
    "consistency": (
        Row(
            key="integrated_campaigns", label="One message in all channels",
            compared="purchases that a campaign adds with one message in all channels, more than "
            "with another message in each",
            unit="%", published=31.0, accepted=(31.0, 57.0),
            source="Kantar AdReaction 2018 (an industry source; brand measures, not sales)",
            statistic=gain_over, samples=("together", "apart", "silence"),
            below="one message sells little better (purchase_narrative), or conflict costs little "
            "trust (trust_conflict)",
            above="one message sells too well (purchase_narrative), or conflict costs too much "
            "trust (trust_conflict)",
        ),
    ),
    "search_claims": (
        Row(
            key="search_overstatement", label="Search: claimed revenue",
            compared="revenue that the search platform claims, as a multiple of what it caused",
            unit="ratio", published=2.0, accepted=(1.5, 5.0),
            source="Blake et al. 2015; Gordon et al. 2023; the source article",
            statistic=overstatement, samples=("claimed", "on", "off"),
            below="organic results recapture too little (brand_organic, generic_organic)",
            above="organic results recapture too much (brand_organic, generic_organic)",
            role="fitted",
        ),
    ),
}  # fmt: skip
"""In the order of the report."""


def all_rows() -> list[Row]:
    """The rows of all replays, in their order."""
    return [row for rows in ROWS.values() for row in rows]
