"""The joint heads equal SB3's separate categoricals, number for number."""

import numpy as np
import pytest
import torch
from stable_baselines3.common.distributions import MultiCategoricalDistribution

from onevoice.policies.heads import Heads
from onevoice.training.networks import chosen, entropy

NVEC = [5, 4, 3, 5, 4, 3, 4]


@pytest.fixture
def pair() -> tuple[torch.Tensor, MultiCategoricalDistribution]:
    """The same distribution over 64 rows, ours as log probabilities and SB3's."""
    heads = Heads(NVEC)
    logits = torch.randn(64, heads.outputs, generator=torch.Generator().manual_seed(1))
    padded = logits.view(64, heads.width, heads.count).transpose(1, 2)
    flat = torch.cat([padded[:, head, :size] for head, size in enumerate(NVEC)], dim=1)
    theirs = MultiCategoricalDistribution(NVEC).proba_distribution(flat)
    return heads.log_probs(logits), theirs


def test_it_equals_separate_categoricals(
    pair: tuple[torch.Tensor, MultiCategoricalDistribution],
) -> None:
    ours, theirs = pair
    actions = theirs.sample()
    torch.testing.assert_close(chosen(ours, actions).sum(dim=1), theirs.log_prob(actions))
    torch.testing.assert_close(entropy(ours).sum(dim=1), theirs.entropy())
    assert torch.equal(Heads.mode_action(ours, torch.tensor(False)), theirs.mode())


def test_where_options_are_in_order_the_mean_is_typical() -> None:
    probabilities = torch.tensor([0.0, 0.0, 0.45, 0.0, 0.55])
    log_probs = probabilities.log().expand(1, 2, -1)
    assert Heads.mode_action(log_probs, torch.tensor([True, False])).tolist() == [[3, 4]]


def test_draws_have_the_right_frequencies() -> None:
    heads = Heads(NVEC)
    logits = torch.randn(heads.outputs, generator=torch.Generator().manual_seed(2))
    log_probs = heads.log_probs(logits.expand(40_000, -1))
    draws = heads.sample(log_probs, torch.Generator().manual_seed(3))
    for head, size in enumerate(NVEC):
        share = np.bincount(draws[:, head].numpy(), minlength=size) / len(draws)
        expected = log_probs[0, head, :size].exp().numpy()
        np.testing.assert_allclose(share, expected, atol=0.012)
        assert len(share) == size, "padding is never drawn"


def test_gradients_pass_the_padding() -> None:
    heads = Heads(NVEC)
    logits = torch.zeros(2, heads.outputs, requires_grad=True)
    log_probs = heads.log_probs(logits)
    loss = (entropy(log_probs) + log_probs[..., 0]).sum()
    (gradient,) = torch.autograd.grad(loss, logits)
    assert torch.isfinite(gradient).all()
    padding = heads.mask.flatten() < 0
    assert (gradient[:, padding] == 0).all()
