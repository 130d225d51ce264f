"""Pictures of trials: what they show, who is counted, and that everything on them can be read."""

import math
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from neurokyn.errors import ScenarioError
from neurokyn.report.plots import save
from neurokyn.report.trial_panels import fitted, inches
from neurokyn.report.trial_plots import attendance, change_by_part, mediators, responders, spaghetti, waterfall

PEOPLE, WEEKS, VISITS = 200, 16, [0.0, 4.0, 8.0, 12.0, 16.0]
DESIGNS = {
    "waiting list": {"natural course": -2.1, "contact": -0.2, "bias": 0.4},
    "blinded pill": {"biology": -2.4, "expectancy": -3.6, "natural course": -2.1, "contact": -0.9, "bias": -0.6},
    "open pill": {"biology": -2.4, "expectancy": -4.4, "natural course": -2.1, "contact": -0.9, "bias": -0.8},
    "running in a group, chosen, against a drug": {
        "biology": -1.9,
        "expectancy": -2.7,
        "natural course": -2.1,
        "contact": -1.6,
        "bias": -0.9,
    },
}


def drawn(figure):
    """Every piece of text that is really drawn, and where, in points from the lower left corner."""
    FigureCanvasAgg(figure)
    found, draw = {}, Text.draw

    def noting(self, renderer, *args, **kwargs):
        if self.get_visible() and self.get_text().strip():
            found[id(self)] = (self.get_text(), self.get_window_extent(renderer))
        return draw(self, renderer, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Text, "draw", noting)
        figure.canvas.draw()
    return list(found.values())


def assert_readable(figure, smallest=8.0):
    """No text leaves the figure, none lies on another, none is small."""
    texts = drawn(figure)
    inside = figure.bbox.padded(1)
    assert [
        text for text, box in texts if not (inside.contains(box.x0, box.y0) and inside.contains(box.x1, box.y1))
    ] == []
    closer = [(text, box.padded(-1)) for text, box in texts]
    assert [(a, b) for (a, first), (b, second) in combinations(closer, 2) if first.overlaps(second)] == []
    assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text().strip()) >= smallest


def words(figure):
    return " ".join(text.replace("\n", " ") for text, _ in drawn(figure))


def panels(figure):
    return {axes.get_title(loc="left"): axes for axes in figure.findobj(mpl.axes.Axes) if axes.get_title(loc="left")}


def trial(arms=("running", "escitalopram"), title="MOTAR: running or an antidepressant, mostly by preference"):
    """What a simulated trial looks like: people who get better by their own pace, miss sessions, leave."""
    rng, shape = np.random.default_rng(3), (PEOPLE, len(arms))
    severity = np.clip(rng.normal(20, 4.5, PEOPLE), 10, 36)
    crp = np.clip(np.exp(rng.normal(0.26, 1.2, PEOPLE)), 0.1, 20)
    pace = rng.normal(0.5, 0.25, shape) + 0.06 * np.log(crp)[:, None] * np.linspace(1, -1, len(arms))
    course = 1 - np.exp(-np.array(VISITS) / 5)
    depression = severity[:, None, None] * (1 - pace[..., None] * course) + rng.normal(0, 0.8, (*shape, len(VISITS)))
    left = np.where(rng.random(shape) < 0.3, rng.integers(1, WEEKS, shape), np.nan)
    weeks = np.arange(1, WEEKS + 1)
    stays = ~(weeks > left[..., None])
    moves, pills = np.array([arm != "escitalopram" for arm in arms]), np.array([arm == "escitalopram" for arm in arms])
    sessions, doses = (np.broadcast_to(n * on[None, :, None], stays.shape) for n, on in ((3, moves), (7, pills)))
    read = ("person", "arm", "visit")
    return xr.Dataset(
        {
            "mood.depression": (read, depression.clip(0), {"units": "1", "long_name": "HAM-D17"}),
            "growth_factors.bdnf_serum": (
                read,
                22 + rng.normal(0, 2, (*shape, len(VISITS))) + 2 * course,
                {"units": "ug/L", "long_name": "BDNF in serum"},
            ),
            "sessions_planned": (("person", "arm", "week"), sessions),
            "sessions_attended": (("person", "arm", "week"), rng.binomial(sessions, 0.82) * stays),
            "doses_planned": (("person", "arm", "week"), doses),
            "doses_taken": (("person", "arm", "week"), rng.binomial(doses, 0.93) * stays),
            "left": (("person", "arm"), left),
            "status": (("person", "arm"), np.zeros(shape, dtype=int)),
            "severity": ("person", severity, {"units": "1", "long_name": "HAM-D17 at entry"}),
            "crp": ("person", crp, {"units": "mg/L", "long_name": "C-reactive protein"}),
            "age": ("person", rng.uniform(18, 70, PEOPLE), {"units": "year", "long_name": "Age"}),
            "sex": ("person", rng.choice(["female", "male"], PEOPLE), {"units": "1", "long_name": "Sex"}),
        },
        {"person": np.arange(PEOPLE), "arm": list(arms), "visit": VISITS, "week": weeks},
        {"title": title, "seed": 3, "phenotype": "mdd", "trial": "motar"},
    )


@pytest.fixture(scope="module")
def courses():
    return trial()


@pytest.fixture(scope="module")
def harmed():
    """Seven courses failed in one arm and three in the other; five lack their end, two one in the middle."""
    bad = trial()
    bad["status"][:7, 0], bad["status"][:3, 1] = 3, 1
    bad["mood.depression"][10:15, 1, -1] = np.nan
    bad["mood.depression"][10:12, 0, 2] = np.nan
    bad["crp"][20:24] = np.nan
    return bad


MANY = (
    *("running", "escitalopram", "usual care", "running and escitalopram", "placebo pill $x$"),
    "a waiting list with a name that is very, very long and must be cut somewhere",
    "stretching, twice a week in a group",
)
PICTURES = (spaghetti, waterfall, attendance, responders)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("arms", [("running", "escitalopram"), MANY], ids=["two", "seven"])
def test_everything_on_a_picture_of_courses_can_be_read(picture, arms):
    figure = picture(trial(arms, "A trial with a title that is longer than any figure is wide " * (len(arms) - 1)))
    assert_readable(figure)
    assert "A trial with a title" in words(figure)


@pytest.mark.parametrize("picture", PICTURES)
def test_who_failed_is_left_out_and_counted_on_the_picture(picture, harmed):
    figure = picture(harmed)
    assert_readable(figure)
    assert "Courses failed and left out: 10 (running 7, escitalopram 3)." in words(figure)


def test_values_that_are_missing_are_counted(harmed):
    said = "Courses with a value missing, shown where it is known: 7 (running 2, escitalopram 5)."
    assert said in words(spaghetti(harmed))
    for picture in (waterfall, responders):
        assert "Courses with a value missing, left out: 5 (escitalopram 5)." in words(picture(harmed))
    assert "because crp or severity is not known: 8 (running 4, escitalopram 4)." in words(responders(harmed))


def test_where_nothing_is_missing_nothing_is_said(courses):
    for picture in PICTURES:
        assert "left out" not in words(picture(courses))


def test_spaghetti_shows_people_their_median_and_the_middle_of_them(courses):
    shown = panels(spaghetti(courses, "mood.depression", seed=1, shown=40))
    assert list(shown) == ["running (n = 200)", "escitalopram (n = 200)"]
    axes = shown["running (n = 200)"]
    (people,) = [x for x in axes.collections if x.get_label() == "people"]
    assert len(people.get_segments()) == 40
    values = courses["mood.depression"].sel(arm="running").values
    assert axes.lines[-1].get_ydata() == pytest.approx(np.median(values, axis=0))
    (band,) = [x for x in axes.collections if x is not people]
    assert band.get_datalim(axes.transData).y1 == pytest.approx(np.percentile(values, 90, axis=0).max())
    assert axes.get_ylabel() == "HAM-D17 points"
    assert axes.get_xlabel() == "weeks"
    assert len({axes.get_ylim() for axes in shown.values()}) == 1


def test_the_seed_decides_who_is_shown(courses):
    def people(seed):
        (axes, *_) = panels(spaghetti(courses, seed=seed)).values()
        return np.array([line[:, 1] for line in axes.collections[0].get_segments()])

    assert np.array_equal(people(1), people(1))
    assert not np.array_equal(people(1), people(2))


def test_the_same_people_are_shown_in_every_arm(courses):
    shown = panels(spaghetti(courses, shown=30)).values()
    first = [[line[0, 1] for line in axes.collections[0].get_segments()] for axes in shown]
    severity = courses["mood.depression"].isel(visit=0).values
    who = [[int(np.flatnonzero(severity[:, k] == x)[0]) for x in starts] for k, starts in enumerate(first)]
    assert who[0] == who[1]


def test_a_waterfall_has_a_bar_for_everybody_sorted(courses):
    for k, axes in enumerate(panels(waterfall(courses)).values()):
        full, pale = (patch.get_data().values for patch in axes.patches)
        change = np.where(np.isfinite(full), full, pale)
        values = courses["mood.depression"].isel(arm=k).values
        assert change == pytest.approx(np.sort(values[:, -1] - values[:, 0])[::-1])
        assert np.isfinite(full).sum() == (values[:, -1] <= values[:, 0] / 2).sum()
        share = np.isfinite(full).mean()
        assert f"fell by half: {100 * share:.0f} %" in axes.get_xlabel()
        assert axes.get_ylabel() in {"change, HAM-D17 points", ""}


def test_who_responds_is_asked_of_symptoms_only(courses):
    figure = waterfall(courses, "growth_factors.bdnf_serum")
    assert "by half" not in words(figure)
    assert "change, µg/L" in words(figure)


def test_attendance_counts_those_who_left(courses):
    shown = panels(attendance(courses))
    assert list(shown) == ["Sessions attended", "Doses taken", "Still in treatment"]
    (sessions,) = shown["Sessions attended"].lines  # nobody in the other arm had any planned
    running = courses.sel(arm="running").sum("person")
    assert sessions.get_ydata() == pytest.approx((running["sessions_attended"] / running["sessions_planned"]).values)
    still = shown["Still in treatment"].lines[0].get_ydata()
    assert still[0] == 1
    assert still[-1] == pytest.approx(1 - np.isfinite(courses["left"].sel(arm="running")).mean())
    assert (np.diff(still) <= 0).all()


def test_attendance_is_the_same_if_nothing_is_planned_for_who_left(courses):
    there = courses["week"] <= courses["left"].fillna(np.inf)
    without = courses.assign(sessions_planned=courses["sessions_planned"] * there)
    first, second = (panels(attendance(data))["Sessions attended"].lines[0].get_ydata() for data in (courses, without))
    assert first == pytest.approx(second)


def test_responders_are_shown_with_their_number_and_not_where_they_are_few(courses):
    for k, axes in enumerate(panels(responders(courses, fewest=8)).values()):
        said = [text.get_text() for text in axes.texts]
        assert len(said) == 3 * 4
        assert sum(int(text.split("n ")[1]) for text in said) == PEOPLE
        assert all(("%" in text) == (int(text.split("n ")[1]) >= 8) for text in said)
        assert any("%" not in text for text in said)
        image = axes.images[0].get_array().filled(np.nan)
        values = courses["mood.depression"].isel(arm=k).values
        cell = ((courses["crp"] >= 1) & (courses["crp"] < 3) & (courses["severity"] >= 23)).values
        assert image[3, 1] == pytest.approx((values[cell, -1] <= values[cell, 0] / 2).mean())
        assert axes.get_xlabel() == "C-reactive protein, mg/L"


def test_responders_by_anything_that_people_bring_along(courses):
    figure = responders(courses, by=("sex", "age"))
    assert_readable(figure)
    (axes, *_) = panels(figure).values()
    assert [label.get_text() for label in axes.get_xticklabels()] == ["female", "male"]
    assert len(axes.get_yticklabels()) == 3


def test_an_arm_of_which_all_failed_has_an_empty_panel(courses):
    failed = courses.copy()
    failed["status"] = courses["status"].copy(data=np.tile([0, 1], (PEOPLE, 1)))
    for picture in (spaghetti, waterfall):
        assert "escitalopram (n = 0)" in words(picture(failed))
        assert "nobody to show" in words(picture(failed))
    for picture in (attendance, responders):
        assert_readable(picture(failed))


@pytest.mark.parametrize("picture", PICTURES)
def test_where_there_is_nothing_to_show_it_is_said(picture, courses):
    for empty in (courses.isel(person=[]), courses.assign(status=courses["status"] + 1), courses.isel(arm=0)):
        with pytest.raises(ScenarioError, match="person|arm|course|planned"):
            picture(empty)


@pytest.mark.parametrize("picture", [spaghetti, waterfall, responders])
def test_what_is_not_there_is_refused(picture, courses):
    with pytest.raises(ScenarioError, match="did you mean 'mood.depression'"):
        picture(courses, read_out="mood.depresion")
    with pytest.raises(ScenarioError, match="one visit only"):
        picture(courses.isel(visit=[0]))
    with pytest.raises(ScenarioError, match="first and a last value"):
        picture(courses.assign({"mood.depression": courses["mood.depression"] * np.nan}))


def test_responders_refuse_what_people_do_not_bring_along(courses):
    with pytest.raises(ScenarioError, match="did you mean 'crp'"):
        responders(courses, by=("cpr", "severity"))
    with pytest.raises(ScenarioError, match="two covariates"):
        responders(courses, by=("crp",))
    with pytest.raises(ScenarioError, match="known of nobody"):
        responders(courses.assign(crp=courses["crp"] * np.nan))


PATHWAYS = {"BDNF and dendrites": -0.9, "kynurenine and NMDA balance": -0.35, "serotonin": 0.1}


def test_a_bar_for_each_pathway_and_one_for_the_whole():
    figure = mediators(PATHWAYS | {"stress axis": math.nan})
    assert_readable(figure)
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([-0.9, -0.35, 0.1, -1.15])
    assert [text.get_text() for text in axes.texts] == ["−0.90", "−0.35", "+0.10", "−1.15"]
    assert "Not computed: stress axis." in words(figure)
    assert axes.get_xlabel() == "difference, HAM-D17 points"


def test_a_title_of_its_own_stands_above():
    assert "running against drug" in words(mediators(PATHWAYS, title="running against drug"))


def test_parts_are_stacked_in_one_order_with_their_sum():
    figure = change_by_part(DESIGNS)
    assert_readable(figure)
    (axes,) = figure.axes
    names = [text.get_text() for legend in figure.findobj(mpl.legend.Legend) for text in legend.get_texts()]
    assert names == ["biology", "expectancy", "natural course", "contact", "bias"]
    assert len(axes.patches) == len(DESIGNS) * len(names)
    assert len({(bar.get_facecolor(), bar.get_hatch()) for bar in axes.patches}) == 5
    sums = [sum(own.values()) for own in DESIGNS.values()]
    (triangles,) = [line for line in axes.lines if line.get_marker() == "v"]
    assert triangles.get_xdata() == pytest.approx(sums)
    assert [text.get_text() for text in axes.texts if "sum" in text.get_text()] == ["sum −1.9", "sum −9.6"] + [
        "sum −10.6",
        "sum −9.2",
    ]


def test_parts_of_other_names_and_parts_that_were_not_computed():
    figure = change_by_part({"a design": {"weather": 0.4, "bias": math.nan, "biology": -1.0}})
    assert_readable(figure)
    assert "Not computed: bias (a design)." in words(figure)
    left_ends = sorted(bar.get_x() + min(bar.get_width(), 0) for bar in figure.axes[0].patches)
    assert left_ends == pytest.approx([-1.0, 0.0])


@pytest.mark.parametrize("parts", [{}, {"serotonin": math.nan}])
def test_no_pathways_are_refused(parts):
    with pytest.raises(ScenarioError, match="no pathway"):
        mediators(parts)


@pytest.mark.parametrize("parts", [{}, {"pill": {}}, {"pill": {"biology": math.nan}}])
def test_no_parts_are_refused(parts):
    with pytest.raises(ScenarioError, match="nothing was computed of"):
        change_by_part(parts)


def test_text_is_broken_where_it_is_too_wide():
    lines = fitted("Network meta-analysis of 218 trials of exercise " + "x" * 100, 2.0, 9, lines=3)
    assert len(lines) == 3
    assert all(inches(line, 9) <= 2.0 for line in lines)
    assert lines[-1].endswith("…")
    assert fitted("", 2.0, 9) == [""]


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_pictures_of_trials_are_written(courses, tmp_path, ending):
    save(spaghetti(courses), tmp_path / f"courses{ending}")
    assert (tmp_path / f"courses{ending}").stat().st_size > 5000
