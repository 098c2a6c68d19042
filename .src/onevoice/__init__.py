"""Multi-agent reinforcement learning for marketing channels that share customers and a budget."""

__version__ = "0.1.0"
