"""Several networks of one shape, evaluated as one."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

ACTIVATIONS: dict[str, tuple[type[torch.nn.Module], Callable[[Tensor], Tensor]]] = {
    "tanh": (torch.nn.Tanh, torch.tanh),
    "relu": (torch.nn.ReLU, torch.relu),
}


@dataclass(frozen=True)
class BatchedMLP:
    """``L`` networks: a layer of all of them is one batched product.

    ``weights`` are ``[L, in, out]`` and ``biases`` ``[L, 1, out]`` by layer, float32.
    """

    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]
    activation: str

    def __call__(self, batch: Tensor) -> Tensor:
        """Return the outputs ``[L, n, out]`` for inputs ``[L or 1, n, in]``."""
        *hidden, last = zip(self.weights, self.biases, strict=True)
        activate = ACTIVATIONS[self.activation][1]
        for weight, bias in hidden:
            batch = activate(batch @ weight + bias)
        return batch @ last[0] + last[1]
