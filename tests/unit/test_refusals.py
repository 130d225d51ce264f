"""Bad input: one clear sentence for each problem, with file and key, exit code 2, and nothing written."""

from pathlib import Path

import pytest
from neurokyn.cli import main

DAY = 'duration = "1 day"\n'
MONTH = 'duration = "4 weeks"\n'
START_DAY = 'start_day = "2026-03-02"\n'
HUGE = "1" + 400 * "0"


def drug(**changed):
    return MONTH + item("drug", {"name": '"escitalopram"', "dose": '"10 mg"', "every": '"1 day"'}, changed)


def bout(**changed):
    usual = {"mode": '"running"', "minutes": "45", "intensity": '"70 %VO2max"', "days": '["mon"]', "at": '"18:00"'}
    return MONTH + item("exercise", usual, changed)


def item(heading, usual, changed):
    entries = {**usual, **changed}
    return f"[[{heading}]]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items() if value)


def setting(text):
    return f"{DAY}[set]\n{text}"


def output(text):
    return f"{DAY}[output]\n{text}"


CASES = {
    # what is unknown names the nearest
    "drug": (
        drug(name='"escitaloprm"'),
        "[[drug]] 1 name: there is no drug 'escitaloprm'; did you mean 'escitalopram'",
    ),
    "drug unlike any": (drug(name='"aspirin"'), "there is no drug 'aspirin'; valid are escitalopram, citalopram,"),
    "drug by number": (drug(name="3"), "[[drug]] 1 name: there is no drug 3; valid are escitalopram"),
    "mode": (
        bout(mode='"runing"'),
        "[[exercise]] 1 mode: there is no mode of exercise 'runing'; did you mean 'running'",
    ),
    "phenotype": ('person = "mmd"\n' + DAY, "person: there is no phenotype 'mmd'; did you mean 'mdd'"),
    "phenotype in capitals": (
        'person = "MDD"\n' + DAY,
        "person: there is no phenotype 'MDD'; valid are 'healthy', 'mdd'",
    ),
    "person": ("person = 3\n" + DAY, "person: 3 is not a table"),
    "key of a person": (
        'person = { phenotyp = "mdd" }\n' + DAY,
        "the key 'phenotyp' is unknown; did you mean 'phenotype'",
    ),
    "override": ('person = { "mood.vulnerabilty" = 1 }\n' + DAY, "did you mean 'mood.vulnerability'"),
    "parameter": (setting('"mood.vulnerabilty" = 1'), "[set] mood.vulnerabilty: no parameter 'mood.vulnerabilty'; did"),
    "module": (setting('"moood.vulnerability" = 1'), "there is no module 'moood'; did you mean 'mood'"),
    "parameter of an arm": (
        DAY + '[arms.a.set]\n"mood.vulnerabilty" = 1',
        "[arms.a.set] mood.vulnerabilty: no parameter 'mood.vulnerabilty'; did you mean 'mood.vulnerability'",
    ),
    "key": (bout(minuts="45"), "[[exercise]] 1: the key 'minuts' is unknown; did you mean 'minutes'"),
    "top key": (DAY + "durations = 1\n", "the key 'durations' is unknown; did you mean 'duration'"),
    "challenge": (DAY + '[[challenge]]\nkind = "endotoxine"', "did you mean 'endotoxin'"),
    "support": (bout(support='"grup"'), "there is no kind of support 'grup'; did you mean 'group'"),
    "read-out": (
        output('only = ["mood.depresion"]'),
        "[output] only: there is no read-out 'mood.depresion'; did you mean",
    ),
    # amounts
    "dose without unit": (drug(dose='"10"'), "[[drug]] 1 dose: a dose needs a unit, e.g. '10 mg'"),
    "dose in words": (drug(dose='"ten mg"'), "'ten mg' is not a dose; write it like '10 mg'"),
    "dose by volume": (drug(dose='"10 ml"'), "'ml' is not a unit of mass; write 'mg', 'g' or 'ug'"),
    "dose below nothing": (drug(dose='"-10 mg"'), "a dose cannot be negative, as '-10 mg' is"),
    "dose beyond all": (drug(dose='"1e300 mg"'), "1e+300 mg of escitalopram at once is more than the largest dose"),
    "dose true": (drug(dose="true"), "True is not a dose"),
    "dose infinite": (drug(dose='"inf mg"'), "'inf mg' is not a dose"),
    "minutes of nothing": (bout(minutes="0"), "[[exercise]] 1 minutes: 0 is impossible"),
    "minutes below nothing": (bout(minutes="-1"), "minutes: -1 is negative"),
    "minutes nan": (bout(minutes="nan"), "minutes: nan is not a number"),
    "minutes beyond all": (bout(minutes=HUGE), "… 0000000000 is not a number"),
    "minutes of a million digits": (bout(minutes="1" * 5000), "this is not valid TOML: Exceeds the limit"),
    "intensity of nothing": (bout(intensity='"0 %VO2max"'), "intensity: '0 %VO2max' is impossible"),
    "intensity beyond all": (bout(intensity='"700 %VO2max"'), "'700 %VO2max' is impossible; an intensity is above 0"),
    "intensity without unit": (bout(intensity="0.7"), "an intensity needs a unit, e.g. '70 %VO2max'"),
    "stress below nothing": (DAY + "[[stress]]\nlevel = -1", "[[stress]] 1 level: -1 is negative"),
    "stress beyond all": (DAY + "[[stress]]\nlevel = 11", "[[stress]] 1 level: 11 is stronger than any stress known"),
    "challenge beyond all": (
        DAY + '[[challenge]]\nkind = "endotoxin"\ndose = "9 ng/kg"',
        "dose: it is more than 2 ng/kg",
    ),
    "challenge in another unit": (
        DAY + '[[challenge]]\nkind = "endotoxin"\ndose = "1 mg"',
        "[[challenge]] 1 dose: 'mg' cannot be converted to 'ng/kg'; write it in ng/kg",
    ),
    "shares of a meal": (DAY + '[meals]\nat = ["08:00"]\nshares = [1e308]', "[meals] shares: 1e+308 is too large"),
    # times
    "negative duration": ('duration = "-1 week"', "duration: a length of time cannot be '-1 week'"),
    "no duration": ("", "duration: the scenario has no duration"),
    "duration without unit": ("duration = 16", "duration: 16 has no unit of time"),
    "duration of a blink": ('duration = "1e-12 h"', "duration: '1e-12 h' is shorter than a minute"),
    "duration of ages": ('duration = "1e6 weeks"', "duration: '1e6 weeks' is longer than a hundred years"),
    "duration beyond all": (f"duration = {HUGE}", "… 0000000000 has no unit of time"),
    "stop before start": (
        drug(start='"week 2"', stop='"week 1"'),
        "[[drug]] 1 stop: it stops at 'week 1', which is not",
    ),
    "start after the end": (drug(start='"week 5"'), "it starts at 'week 5', which is not before the end"),
    "start before all": (drug(start='"week -1"'), "[[drug]] 1 start: 'week -1' lies before t = 0"),
    "start some day": (drug(start='"soon"'), "[[drug]] 1 start: 'soon' is not a point in time"),
    "impossible date": (START_DAY + drug(start='"2026-02-30"'), "[[drug]] 1 start: '2026-02-30' is not a date"),
    "impossible bare date": (START_DAY + drug(start="2026-02-30"), "this is not valid TOML: Invalid date"),
    "date and time": (START_DAY + drug(start="2026-03-09T08:00:00"), "'2026-03-09T08:00:00' is not a point in time"),
    "impossible start day": ('start_day = "2026-13-01"\n' + DAY, "start_day: '2026-13-01' is not a date"),
    "date before all": (START_DAY + drug(start='"2026-03-01"'), "the date 2026-03-01 lies before t = 0"),
    "date without a date at t = 0": (drug(start='"2026-03-09"'), "means nothing when t = 0 has no date"),
    "day of the week": (bout(days='["wendesday"]'), "[[exercise]] 1 days: 'wendesday' is not a day of the week; did"),
    "day in another language": (bout(days='["mittwoch"]'), "'mittwoch' is not a day of the week"),
    "time of day": (bout(at='"25:00"'), "[[exercise]] 1 at: '25:00' is not a time of day"),
    "time of day in words": (bout(at='"6 pm"'), "at: '6 pm' is not a time of day"),
    "clock": ('clock = "7"\n' + DAY, "clock: '7' is not a time of day"),
    "every of nothing": (drug(every='"0 day"'), "[[drug]] 1 every: '0 day' lasts no time at all"),
    "every of a blink": (drug(every='"1e-300 s"'), "[[drug]] 1 every: '1e-300 s' is less than a minute"),
    "too often": (drug(every='"1 min"').replace("4 weeks", "52 weeks"), "it happens more than 100000 times"),
    "skip of what never comes": (drug(skip='["week 9"]'), "[[drug]] 1 skip: 'week 9' lies after the end"),
    "skip of another year": (START_DAY + drug(skip='["2027-01-01"]'), "'2027-01-01' lies outside the scenario"),
    "skip of who knows": (drug(skip='["holidays"]'), "[[drug]] 1 skip: 'holidays' cannot be skipped"),
    "taper of a million steps": (
        drug(stop='"week 3"', taper='{ over = "1 week", steps = 1000000 }'),
        "[[drug]] 1 taper steps: 1000000 is not a whole number above 0 and up to 1000",
    ),
    # settings
    "out of bounds": (setting('"mood.vulnerability" = 1e9'), "[set] mood.vulnerability: mood.vulnerability = 1e+09"),
    "override out of bounds": ('person = { "mood.vulnerability" = 99 }\n' + DAY, "is outside its bounds"),
    "not finite": (setting('"mood.vulnerability" = inf'), "[set] mood.vulnerability: inf is not a number"),
    "not a number": (setting('"mood.vulnerability" = "much"'), "'much' is not a number"),
    "number beyond all": (setting(f'"mood.vulnerability" = {HUGE}'), "… 0000000000 is not a number"),
    "unit of another kind": (setting('"tryptophan.gut_half_life" = "40 mg"'), "'mg' cannot be converted to 'h'"),
    "unknown unit": (setting('"tryptophan.gut_half_life" = "40 foo"'), "'foo' is not a unit"),
    # output
    "a billion points": (output('every = "0.0001 s"'), "[output] every: this makes more than 1000000 points"),
    "no end of points": (output('every = "1e-300 h"'), "[output] every: this makes more than 1000000 points"),
    "nothing to see": (output('every = "1 week"'), "[output] every: '1 week' is longer than the time reported"),
    "reported after the end": (output('start = "day 2"'), "[output] start: 'day 2' is after the end"),
    # arms and form
    "arm without a name": (DAY + '[arms.""]', "[arms]: '' is no name of an arm"),
    "arm of two lines": (DAY + '[arms."a\\nb"]', "is no name of an arm"),
    "arms twice": (DAY + "[arms.a]\n[arms.a]", "this is not valid TOML: Cannot declare ('arms', 'a') twice"),
    "title of two lines": ('title = "a\\nb"\n' + DAY, "title: it is more than one line of plain text"),
    "title by number": ("title = 7\n" + DAY, "title: 7 is not text"),
    "table for a list": (DAY + "[drug]", "[[drug]]: this is not a list of tables"),
    "value for a table": ("arms = 1\n" + DAY, "[arms]: 1 is not a table"),
    "bouts at once": (bout() + bout().removeprefix(MONTH), "two bouts overlap: running for 45 min at 11 h"),
    "deep lists": (f"x = {'[' * 20000}{']' * 20000}", "tables or lists are nested too deeply"),
    "deep tables": (DAY + f"[set]\n{'.'.join('a' * 3000)} = 1", "tables or lists are nested too deeply"),
    "cut off": (bout()[:-3], "Unterminated string (at line 7, the end of the document)"),
}


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """Run a command that must be refused; gives what was said, line by line."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        before = sorted(tmp_path.rglob("*"))
        assert main(words) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "Traceback" not in err
        assert sorted(tmp_path.rglob("*")) == before
        assert all(line.startswith("neurokyn: ") for line in err.splitlines())
        return [line.removeprefix("neurokyn: ") for line in err.splitlines()]

    return run


@pytest.mark.parametrize("case", CASES)
def test_a_scenario_is_refused(case, refused):
    text, message = CASES[case]
    Path("mine.toml").write_text(text, encoding="utf-8")
    (said,) = refused("run", "mine.toml")
    assert said.startswith("mine.toml")
    assert message in said
    assert len(said) < 400


FILES = {
    "none.toml": (None, "there is no file 'none.toml'"),
    "empty.toml": (b"", "empty.toml duration: the scenario has no duration"),
    "binary.toml": (bytes(range(256)), "binary.toml: this is not a text file"),
    "zeros.toml": (bytes(1000), "zeros.toml: this is not valid TOML"),
    "truncated.toml": (b'duration = "1 da', "truncated.toml: this is not valid TOML"),
    "other.toml": ('duration = "1 day"'.encode("utf-16"), "other.toml: this is not a text file"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["run", "show", "cite"])
def test_a_file_is_refused(name, command, refused):
    content, message = FILES[name]
    if content is not None:
        Path(name).write_bytes(content)
    elif command == "show":
        message = "nothing is called 'none.toml'"
    (said,) = refused(command, name)
    assert message in said


@pytest.mark.parametrize("name", [".", "/", "folder.toml", "./folder.toml"])
def test_a_folder_is_no_scenario(name, refused):
    Path("folder.toml").mkdir()
    (said,) = refused("run", name)
    assert said.endswith("it cannot be read: Is a directory")


def test_all_problems_are_said_at_once(refused):
    Path("mine.toml").write_text(drug(dose="10", name='"aspirn"') + '[set]\n"mood.x" = 1\n', encoding="utf-8")
    said = refused("run", "mine.toml")
    assert len(said) == 3
    assert all(line.startswith("mine.toml ") for line in said)


OPTIONS = {
    "--out none/x.nc": "the folder of none/x.nc does not exist; make it first",
    "--out folder": "folder is a folder; give the name of a file",
    "--out mine.toml": "mine.toml is the scenario itself",
    "--plot x.xyz": "x.xyz is no name of a picture; let it end in .png, .svg, .pdf",
    "--plot none/x.png": "the folder of none/x.png does not exist",
    "--plot mine.toml/x.png": "the folder of mine.toml/x.png does not exist",
    "--json none/x.json": "the folder of none/x.json does not exist",
    "--json mine.nc": "two results would go into one file",
    "--set mood.vulnerability": "--set mood.vulnerability: it has no value; write --set module.parameter=value",
    "--set mood.vulnerability=": "it has no value",
    "--set vulnerability=1": "--set vulnerability: 'vulnerability' is not a parameter",
    "--set mood.vulnerabilty=1": "--set mood.vulnerabilty: no parameter 'mood.vulnerabilty'; did you mean",
    "--set mood.vulnerability=nan": "--set mood.vulnerability: 'nan' is not a number",
    "--set mood.vulnerability=1e999": "--set mood.vulnerability: '1e999' is not a number",
    "--set mood.vulnerability=99": "--set mood.vulnerability: mood.vulnerability = 99",
    "--rtol 1": "rtol = 1 is out of range",
    "--rtol nan": "rtol = nan is out of range",
}


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_is_refused(option, refused):
    Path("folder").mkdir()
    Path("mine.toml").write_text(DAY, encoding="utf-8")
    (said,) = refused("run", "mine.toml", *option.split())
    assert OPTIONS[option] in said


@pytest.mark.parametrize("option", ["--out", "--plot", "--json"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_run(option, refused, monkeypatch):
    def touch(path):
        raise PermissionError(13, "Permission denied")

    Path("mine.toml").write_text(DAY, encoding="utf-8")
    monkeypatch.setattr("pathlib.Path.touch", touch)
    monkeypatch.setattr("neurokyn.scenario.simulate.simulate", None)
    (said,) = refused("run", "mine.toml", option, "x.png")
    assert said == "x.png cannot be written: Permission denied; choose another place" or option != "--out"
    assert "cannot be written: Permission denied" in said


def test_a_disk_that_is_full_leaves_no_half_file(refused, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    Path("mine.toml").write_text(DAY, encoding="utf-8")
    monkeypatch.setattr("xarray.Dataset.to_netcdf", full)
    assert refused("run", "mine.toml") == ["mine.nc cannot be written: No space left on device; choose another place"]


COMMANDS = {
    "show mood.vulnerabilty": "nothing is called 'mood.vulnerabilty'; did you mean 'mood.vulnerability'",
    "show xyz": "nothing is called 'xyz'; see `neurokyn list`",
    "list drgs": "nothing of the kind 'drgs'; did you mean 'drugs'",
    "run strenght-training": "there is no scenario 'strenght-training'; did you mean 'strength-training'",
    "cite strenght-training": "there is no scenario 'strenght-training'; did you mean 'strength-training'",
    "new-module 1x": "'1x' is not a module name",
    "new-module Gut": "'Gut' is not a module name",
    "new-module class": "'class' is not a module name",
    "new-module serotonin": "serotonin.py exists; choose another name",
    "new-module gut --folder none": "the folder none does not exist",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_refused(command, refused):
    (said,) = refused(*command.split())
    assert COMMANDS[command] in said


def test_a_file_that_fails_in_an_unforeseen_way_is_refused_too(refused, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error", "disk")

    monkeypatch.setattr("neurokyn.cli.listing.list_things", fail)
    assert refused("list") == ["disk cannot be used: Input/output error"]
