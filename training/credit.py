"""Credit by segment: which entries of an action are credited with which segments."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


class Credit:
    """Groups the ``E`` choices of a row's channels by channel and segment.

    Letters: ``n`` rows, ``S`` segments, ``G`` groups: of each channel one for each segment and one
    for what concerns all of them, which is the audience.
    """

    def __init__(
        self, entry_segments: npt.NDArray[np.int64], segments: int, channels: int, own: float
    ) -> None:
        """Lay out the groups.

        Args:
            entry_segments: segment of each entry of an action, int64 ``[E]``; ``S`` for all.
            segments: ``S``.
            channels: channels in a row.
            own: how far a group answers for its own segment alone; with 0 for all alike, because
                the segments compete for the budget.
        """
        self.channels = channels
        one = np.eye(segments + 1, dtype=np.float32)[entry_segments]
        self._groups = torch.from_numpy(np.kron(np.eye(channels, dtype=np.float32), one))
        shares = torch.full((segments, segments + 1), 1.0 - own)
        shares.fill_diagonal_(1.0)
        shares[:, segments] = 1.0
        self._shares = shares

    def group(self, log_probs: Tensor) -> Tensor:
        """Sum ``[n, E]`` by group, ``[n, G]``."""
        return log_probs @ self._groups

    def share(self, advantages: Tensor) -> Tensor:
        """Normalised advantages of each group ``[n, G]``, from those of segments ``[n, S]``."""
        shared = advantages @ self._shares
        shared = (shared - shared.mean(dim=0)) / (shared.std(dim=0) + 1e-8)
        return shared.repeat(1, self.channels)
