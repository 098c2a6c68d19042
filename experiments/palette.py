"""One colour per policy in every figure."""

COLOURS = {
    "silent": "#8C8C8C",
    "random": "#56B4E9",
    "manual": "#222222",
    "greedy": "#D55E00",
    "coordinated": "#117733",
    "scripted_orchestrator": "#AA4499",
    "independent": "#E69F00",
    "shared_reward": "#009E73",
    "central_critic": "#0072B2",
    "incremental": "#CC79A7",
    "single_controller": "#332288",
    "open_loop": "#999933",
    "marginal": "#661100",
    "planner": "#882255",
}
"""Okabe and Ito's palette and Tol's muted one, told apart by colour-blind readers too."""
OTHER = "#7A5195"


def colour(name: str) -> str:
    """The same colour for a policy in every figure, also under a layer, as in ``greedy+full``."""
    return COLOURS.get(name.partition("+")[0], OTHER)
