"""Training: modes, joint rollouts, PPO per channel, checkpoints.

``train(scenario, "central_critic", TrainingConfig(), Path("runs/mine"))`` leaves a run that
``onevoice.policies.load("runs/mine")`` plays. Torch is imported only when training starts.
"""

from onevoice.training.config import MODES, Mode, TrainingConfig

__all__ = ["MODES", "Mode", "TrainingConfig"]
