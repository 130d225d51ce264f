"""Datasets on disk: as they were, whole or not at all."""

import numpy as np
import pytest
import xarray as xr
from neurokyn import ScenarioError
from neurokyn.scenario.results import check_writable, read_netcdf, replacing, write_netcdf, write_text

SOME = ["mood.depression", "ssri.concentration", "status", "reason"]


def same(one, other):
    xr.testing.assert_identical(one.drop_attrs(), other.drop_attrs())
    assert one.attrs["events"].keys() == other.attrs["events"].keys()
    for key in ("title", "changed", "sources", "modules", "model_hash", "rtol"):
        assert one.attrs[key] == other.attrs[key]


def test_written_and_read_again(weeks, hours, tmp_path):
    for data in (weeks[SOME].assign_attrs(weeks.attrs), hours):
        write_netcdf(data, tmp_path / "x.nc")  # the second one replaces the first
        again = read_netcdf(tmp_path / "x.nc")
        same(again, data)
        assert again["mood.depression"].attrs == data["mood.depression"].attrs
        assert again["time"].attrs["units"] == "h"
    assert [path.name for path in tmp_path.iterdir()] == ["x.nc"]


def test_any_netcdf_reader_reads_it(weeks, tmp_path):
    write_netcdf(weeks[SOME].assign_attrs(weeks.attrs), tmp_path / "x.nc")
    with xr.open_dataset(tmp_path / "x.nc", engine="h5netcdf") as plain:
        assert plain["ssri.concentration"].dims == ("arm", "time")
        assert plain["arm"].values.tolist() == ["escitalopram", "running", "untreated"]
        assert isinstance(plain.attrs["events"], str)


@pytest.mark.parametrize("kept", [0, 10, 500, 0.5, 0.99])
def test_a_truncated_file_is_refused(hours, tmp_path, kept):
    path = tmp_path / "x.nc"
    write_netcdf(hours[SOME], path)
    whole = path.read_bytes()
    path.write_bytes(whole[: kept if isinstance(kept, int) else int(kept * len(whole))])
    with pytest.raises(ScenarioError, match=r"x\.nc cannot be read as NetCDF .* run the scenario again"):
        read_netcdf(path)


def test_what_is_no_file_of_ours_is_refused(tmp_path):
    (tmp_path / "text.nc").write_text("hello", encoding="utf-8")
    xr.Dataset(attrs={"events": "{broken"}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    for name in ("text.nc", "other.nc", "."):
        with pytest.raises(ScenarioError, match="cannot be read as NetCDF"):
            read_netcdf(tmp_path / name)
    with pytest.raises(ScenarioError, match="there is no file"):
        read_netcdf(tmp_path / "none.nc")


def test_a_failed_write_keeps_what_was_there_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "x.txt"
    write_text("old", path)

    def fail(failure):
        with replacing(path) as part:
            part.write_text("half", encoding="utf-8")
            raise failure

    for failure, said in ((OSError(28, "No space left"), ScenarioError), (ValueError(), ValueError)):
        with pytest.raises(said):
            fail(failure)
    assert path.read_text(encoding="utf-8") == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_written(hours, tmp_path):
    (tmp_path / "file").touch()
    for place, said in (("none/x.nc", "does not exist"), ("file/x.nc", "does not exist"), (".", "is a folder")):
        with pytest.raises(ScenarioError, match=said):
            check_writable(tmp_path / place)
    with pytest.raises(ScenarioError, match="does not exist"):
        write_netcdf(hours, tmp_path / "none" / "x.nc")
    check_writable(tmp_path / "x.nc")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_was_not_computed_stays_so(hours, tmp_path):
    broken = hours[SOME].copy()
    broken["mood.depression"] = broken["mood.depression"].where(broken["time"] < 10)
    write_netcdf(broken, tmp_path / "x.nc")
    again = read_netcdf(tmp_path / "x.nc")["mood.depression"].values
    assert np.isnan(again).sum() == 15
