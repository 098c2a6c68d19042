"""Records the golden hashes anew: ``python -m tests.golden.record``, after a wanted change."""

import json
import tempfile
from pathlib import Path

from tests.golden.cases import PLAYS, TRAININGS, machine, play, trained


def main() -> None:
    """Write ``hashes.json`` beside this file."""
    with tempfile.TemporaryDirectory() as folder:
        hashes = {
            "machine": machine(),
            "plays": {case: play(case) for case in PLAYS},
            "trainings": {case: trained(case, Path(folder, case)) for case in TRAININGS},
        }
    text = json.dumps(hashes, indent=1) + "\n"
    Path(__file__).with_name("hashes.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
