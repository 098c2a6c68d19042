"""The choices of a channel as one array: every head of a MultiDiscrete action at once.

Heads are padded to the widest one and the padding is masked, so that one log-softmax serves all of
them instead of one small ``Categorical`` each. Logits come option by option, so that the heads lie
side by side in memory: a log-softmax over five neighbours costs six times as much.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

MASKED = -1e9
"""Added to the logits of padding: its probability is exactly 0, its product with it is too."""


class Heads:
    """``E`` independent categorical choices, head ``k`` with ``nvec[k]`` options."""

    def __init__(self, nvec: npt.ArrayLike, width: int | None = None) -> None:
        """Lay out the heads of a ``MultiDiscrete(nvec)`` action.

        Args:
            nvec: options, int64 ``[E]``; or ``[..., E]`` for heads that differ by the leading axes
                of the logits.
            width: most options of a head, if others that are played together have more.
        """
        self.options = torch.as_tensor(np.asarray(nvec, np.int64))
        self.count = self.options.shape[-1]
        self.width = width or int(self.options.max())
        self.outputs = self.count * self.width
        known = torch.arange(self.width)[:, None] < self.options[..., None, :]
        self.mask = torch.where(known, 0.0, MASKED)

    def log_probs(self, logits: Tensor) -> Tensor:
        """Turn logits ``[..., width * E]`` into log probabilities ``[..., E, width]``."""
        heads = logits.reshape(*logits.shape[:-1], self.width, self.count)
        return torch.log_softmax(heads + self.mask, dim=-2).transpose(-2, -1)

    @staticmethod
    def mode_action(log_probs: Tensor, ordered: Tensor) -> Tensor:
        """Return the option of each head that stands for its distribution, int64 ``[..., E]``.

        That is the likeliest, or the mean where options are in order (``ordered``, bool
        ``[..., E]``): a channel that learned to speak at 3 on average, though mostly at 4, speaks
        at 3.
        """
        mean = (log_probs.exp() * torch.arange(log_probs.shape[-1])).sum(dim=-1).round().long()
        return torch.where(ordered, mean, log_probs.argmax(dim=-1))

    @staticmethod
    def sample(log_probs: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Draw an option of each head, int64 ``[..., E]``, by inverting the cumulative sum."""
        cumulative = log_probs.exp().cumsum(dim=-1)
        draw = torch.rand((*log_probs.shape[:-1], 1), generator=generator)
        return (cumulative < draw * cumulative[..., -1:]).sum(dim=-1)
