"""Two small results that several tests look at, simulated once."""

import pytest
import xarray as xr
from neurokyn import Arm, Bout, Programme, Regimen, Scenario, Stress, simulate

FIVE_WEEKS = Scenario(
    title="Five weeks",
    person="mdd",
    duration="5 weeks",
    items=(Stress(1.0, start="week 2", stop="week 3"),),
    arms={
        "escitalopram": Arm((Regimen("escitalopram", "10 mg", every="1 day", at="08:00"),)),
        "running": Arm((Programme("running", 45, days=["mon", "thu"], at="18:00"),)),
        "untreated": Arm(),
    },
)


@pytest.fixture(scope="session")
def weeks() -> xr.Dataset:
    """Five weeks in three arms; stress in all of them."""
    return simulate(FIVE_WEEKS)


@pytest.fixture(scope="session")
def hours() -> xr.Dataset:
    """One day and one bout, without arms."""
    return simulate(Scenario(title="One bout", duration="1 day", items=(Bout("running", 45, start="10 h"),)))
