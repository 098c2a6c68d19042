"""Multi-agent reinforcement learning for marketing channels that share customers and a budget."""

from pathlib import Path

__version__ = "0.1.0"

_ROOT = Path(__file__).parents[2]
if not Path(__file__).with_name("envs").is_dir() and (_ROOT / "envs").is_dir():
    __path__.append(str(_ROOT))  # a checkout whose symbolic links are text files
