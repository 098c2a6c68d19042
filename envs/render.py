"""Pictures of an episode: a page of text, or curves drawn with NumPy alone."""

import numpy as np
import numpy.typing as npt

from onevoice.envs.scenario import Scenario

F64 = npt.NDArray[np.float64]
HEIGHT, WIDTH = 240, 480
PANELS: tuple[tuple[str, str], ...] = (
    ("ncv", "net customer value"),
    ("trust", "trust"),
    ("churn", "churn"),
    ("conflicts", "conflicts per customer"),
)
# Okabe and Ito's colours, which colour-blind readers can tell apart.
COLOURS = ((0, 114, 178), (0, 158, 115), (213, 94, 0), (204, 121, 167))


class History:
    """What a picture shows of the running episode."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.rows: list[dict[str, float]] = []
        self.rewards: list[float] = []

    def clear(self) -> None:
        """Start a new episode."""
        self.rows, self.rewards = [], []

    def add(self, rewards: npt.NDArray[np.float32], metrics: dict[str, F64]) -> None:
        """Take in one decision: rewards ``[A]`` and metrics ``[1]``."""
        self.rows.append({name: float(metrics[name][0]) for name, _ in PANELS})
        self.rewards = rewards.tolist()


def tell(history: History, metrics: dict[str, F64]) -> str:
    """The dashboard beside the truth as text."""
    scenario, day = history.scenario, len(history.rows) * history.scenario.decision_hours / 24
    lines = [f"day {day:g} of {scenario.days:g}, {scenario.population:,} customers", ""]
    lines.append(f"{'channel':<10}{'touches':>10}{'engaged':>10}{'claims $':>12}{'spend $':>12}")
    for name in scenario.channels:
        rate = metrics[f"{name}/engagement_rate"][0]
        engaged = "-" if np.isnan(rate) else f"{rate:.1%}"
        figures = [metrics[f"{name}/{x}"][0] for x in ("touches", "claimed_revenue", "spend")]
        lines.append(
            f"{name:<10}{figures[0]:>10,.0f}{engaged:>10}{figures[1]:>12,.0f}{figures[2]:>12,.0f}"
        )
    truth = {name: float(metrics[name][0]) for name, _ in PANELS}
    lines += ["", "truth: " + ", ".join(f"{title} {truth[name]:,.3g}" for name, title in PANELS)]
    return "\n".join(lines)


def draw(history: History) -> npt.NDArray[np.uint8]:
    """One curve for each panel over the episode, uint8 ``[HEIGHT, WIDTH, 3]``."""
    picture = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for panel, (name, _) in enumerate(PANELS):
        row, column = divmod(panel, 2)
        top, left = row * HEIGHT // 2, column * WIDTH // 2
        values = np.array([entry[name] for entry in history.rows])
        box = picture[top + 8 : top + HEIGHT // 2 - 8, left + 8 : left + WIDTH // 2 - 8]
        _curve(box, values, history.scenario.decisions, COLOURS[panel])
    return picture


def _curve(
    box: npt.NDArray[np.uint8], values: F64, steps: int, colour: tuple[int, int, int]
) -> None:
    """Draw a curve into a box of pixels, scaled to its own range."""
    height, width = box.shape[:2]
    box[-1, :], box[:, 0] = 200, 200
    if len(values) == 0:
        return
    low, high = float(values.min()), float(values.max())
    x = np.linspace(0, (width - 1) * len(values) / max(steps, len(values)), width)
    y = np.interp(x, np.arange(1, len(values) + 1) * (width - 1) / max(steps, len(values)), values)
    heights = np.rint((height - 3) * (1 - (y - low) / (high - low if high > low else 1.0))).astype(
        int
    )
    columns = np.rint(x).astype(int)
    for thickness in range(2):
        box[heights + thickness, columns] = colour
