"""Every study is a package that its command uses in the same way."""

import inspect
import pkgutil
from importlib import import_module

import pytest
from pydantic import BaseModel

import onevoice.experiments
from onevoice.experiments.report.study import StudyPackage

SHARED = {"core", "report"}
STUDIES = sorted(
    module.name
    for module in pkgutil.iter_modules(onevoice.experiments.__path__)
    if module.ispkg and module.name not in SHARED
)


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_offers_its_settings_and_a_function_of_them_and_a_folder(name: str) -> None:
    package: StudyPackage = import_module(f"onevoice.experiments.{name}")
    assert issubclass(package.Config, BaseModel)
    assert list(inspect.signature(package.study).parameters) == ["config", "out"]


def test_there_are_eleven() -> None:
    assert len(STUDIES) == 11
