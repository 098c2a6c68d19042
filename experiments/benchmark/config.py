"""What ``onevoice benchmark`` can be told; ``configs/benchmarks`` has a file by scenario."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from onevoice.configs.fields import Names
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.benchmark.cells import ROWS, Cell, Row
from onevoice.experiments.core.settings import SegmentScenario, StudySettings
from onevoice.training.config import TrainingConfig

RowName = Annotated[str, Names(tuple(ROWS))]
Seed = Annotated[int, Field(ge=0)]


class Config(StudySettings):
    """A benchmark: rows, training seeds, budget and held-out markets.

    The fields that are left out of every dump say what is done now, not what the benchmark is.
    """

    description: str = Field("", description="one sentence for the report")
    scenario: SegmentScenario = Field(description="the environment, by name or spelled out")
    train_scenario: SegmentScenario | None = Field(
        None, description="scenario of training and fits, if it is another"
    )
    rows: tuple[RowName, ...] = Field(tuple(ROWS), description="policies and modes to compare")
    runs: int = Field(10, ge=1, le=1000, description="training seeds of each mode")
    markets: int = Field(64, ge=2, le=2**16, description="held-out markets, one episode each")
    training: TrainingConfig = Field(
        TrainingConfig(), description="how modes are trained; run k has the seed of this plus k"
    )
    only: tuple[RowName, ...] = Field(
        (), exclude=True, description="rows to make now; all if not given"
    )
    seeds: tuple[Seed, ...] = Field(
        (), exclude=True, description="runs to make now, counted from 0; all if not given"
    )
    trained: Path | None = Field(
        None,
        exclude=True,
        description="folder of a benchmark whose training runs are reused",
    )
    raw: Path | None = Field(
        None, exclude=True, description="folder of raw results to report on; plays nothing"
    )
    compare_with: tuple[Path, ...] = Field(
        (), exclude=True, description="raw results on other scenarios to compare losses with"
    )

    @property
    def table(self) -> dict[str, Row]:
        """The rows by name, in their order."""
        return {name: Row.parse(name) for name in self.rows}

    @property
    def cells(self) -> list[Cell]:
        """Every cell, row by row."""
        rows = self.table.values()
        return [Cell(row, seed) for row in rows for seed in range(row.runs(self.runs))]

    @property
    def cells_now(self) -> list[Cell]:
        """The cells that are to be made now."""
        return [
            cell
            for cell in self.cells
            if (not self.only or str(cell.row) in self.only)
            and (not self.seeds or cell.seed in self.seeds)
        ]

    def learning_scenario(self, row: Row) -> Scenario:
        """Where the policy of a row learns."""
        return row.scenario(self.train_scenario or self.scenario)

    @field_validator("rows", "only")
    @classmethod
    def _known_rows(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            Row.parse(name).check()
        if len(set(value)) < len(value):
            raise ValueError("each row may be named once")
        return value

    @model_validator(mode="after")
    def _pieces_exist(self) -> Self:
        if not self.rows:
            raise ValueError("rows is empty: there is nothing to compare")
        for row in self.table.values():
            row.scenario(self.scenario)
        for name in self.only:
            if name not in self.rows:
                raise ValueError(
                    f"only holds {name!r}, which is none of rows ({', '.join(self.rows)})"
                )
        for seed in self.seeds:
            if seed >= self.runs:
                raise ValueError(f"seeds hold {seed}, but runs are 0 to {self.runs - 1}")
        return self
