"""What tests of several folders share."""

from collections.abc import Callable

import pytest

from onevoice.configs.errors import OneVoiceError


@pytest.fixture(scope="session")
def error_line() -> Callable[[Callable[[], object]], str]:
    """Return the one line of the error that a mistake must raise."""

    def catch(act: Callable[[], object]) -> str:
        with pytest.raises(OneVoiceError) as caught:
            act()
        line = str(caught.value)
        assert line
        assert "\n" not in line
        return line

    return catch
