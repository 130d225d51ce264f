"""The mixed model against analysis of covariance, statsmodels' random effects, and simulated truth."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from neurokyn.errors import ParameterError
from neurokyn.population import mixed
from neurokyn.population.analyses import compare
from neurokyn.population.mixed import NOT_FITTED, mixed_model
from neurokyn.population.ratings import Ratings, all_seen, completers

NAN = float("nan")
COVARIANCE = np.array([[20.0, 8, 5], [8, 25, 9], [5, 9, 40]])  # of three visits, points squared
EFFECT = -2.0  # of the arm "run" at each visit, given the score before


def simulated(n, seed, visits=3, arms=("wait", "run"), missing=0.15, leaving=0.0):
    """A trial in which anyone may miss a visit, and who is badly off at one may leave before the next."""
    random = np.random.default_rng(seed)
    arm = np.arange(n) % len(arms)
    columns = [random.normal(22, 4, n)]
    person = random.normal(0, 2, n)
    for visit in range(visits):
        columns.append(6 + 0.6 * columns[-1] + EFFECT * (arm > 0) + person + random.normal(0, 3 + visit, n))
    score = np.column_stack(columns)
    left = np.zeros(n, dtype=bool)
    for visit in range(2, visits + 1):
        left |= random.random(n) < leaving / (1 + np.exp(-(columns[visit - 1] - 17)))
        score[left, visit] = NAN
    score[:, 1:][random.random((n, visits)) < missing] = NAN
    return Ratings(arms, arm, np.arange(visits + 1) * 4.0, score, ~left)


def truth(visits=3):
    return EFFECT * sum(0.6**k for k in range(visits))


def changed(ratings, arm=None, weeks=None, score=None, arms=None):
    parts = (arms or ratings.arms, arm, weeks, score, ratings.stayed)
    old = (None, ratings.arm, ratings.weeks, ratings.score, None)
    return Ratings(*(was if part is None else part for part, was in zip(parts, old, strict=True)))


def table(ratings):
    """A row for each score seen."""
    people, visits = np.nonzero(~np.isnan(ratings.score[:, 1:]))
    baseline, score = ratings.baseline[people], ratings.score[people, visits + 1]
    return pd.DataFrame({"p": people, "v": visits, "arm": ratings.arm[people], "b": baseline, "y": score})


def design(ratings):
    return np.column_stack([np.ones(len(ratings.arm)), ratings.arm, ratings.baseline])


def numbers(effect):
    return effect.estimate, effect.standard_error, effect.low, effect.high


# -- against statsmodels -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("week", [4, 8, 12])
def test_a_complete_trial_gives_analysis_of_covariance(week):
    """With everyone seen the other visits tell nothing: estimate, error and interval are those of one regression."""
    from statsmodels.api import OLS

    ratings = simulated(45, 1, arms=("wait", "run", "drug"), missing=0.0)
    effects = mixed_model(ratings, "wait", week, level=0.9)
    dummies = [np.ones(45), ratings.arm == 1, ratings.arm == 2, ratings.baseline]
    fitted = OLS(ratings.score[:, ratings.visit(week)], np.column_stack(dummies).astype(float)).fit()
    for place, arm in ((1, "run"), (2, "drug")):
        low, high = fitted.conf_int(0.1)[place]
        theirs = (fitted.params[place], fitted.bse[place], low, high)
        assert numbers(effects[arm]) == pytest.approx(theirs, rel=1e-7)
        assert (effects[arm].n, effects[arm].missing, effects[arm].why) == (30, 0, "")


def test_one_visit_gives_analysis_of_covariance_of_the_seen():
    from statsmodels.api import OLS

    ratings = simulated(30, 2, visits=1, missing=0.3)
    seen = ratings.seen()
    fitted = OLS(ratings.end[seen], design(ratings)[seen]).fit()
    effect = mixed_model(ratings, "wait")["run"]
    assert numbers(effect) == pytest.approx((fitted.params[1], fitted.bse[1], *fitted.conf_int()[1]), rel=1e-7)
    assert (effect.n, effect.missing) == (int(seen.sum()), int((~seen).sum()))


@pytest.fixture(scope="module")
def holed():
    return simulated(120, 5, missing=0.2, leaving=0.3)


def random_effects(ratings, formula):
    from statsmodels.formula.api import mixedlm

    model = mixedlm("y ~ 0 + C(v) + C(v):arm + C(v):b", table(ratings), groups="p", re_formula=formula)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # near its summit the residual is free between the random effects
        return model.fit(reml=True, method=["bfgs", "lbfgs"], maxiter=1000)


def test_missing_visits_as_with_a_random_effect_of_every_visit(holed):
    """Random effects of all visits and a residual span every covariance whose least eigenvalue exceeds the residual."""
    theirs = random_effects(holed, "0 + C(v)")
    effect = mixed_model(holed, "wait")["run"]
    assert effect.estimate == pytest.approx(theirs.fe_params["C(v)[2]:arm"], abs=1e-3)
    assert effect.standard_error == pytest.approx(theirs.bse_fe["C(v)[2]:arm"], rel=2e-3)  # theirs by differences


def test_likelihood_is_that_of_a_random_intercept_under_compound_symmetry(holed):
    theirs = random_effects(holed, None)
    covariance = float(theirs.cov_re.iloc[0, 0]) + theirs.scale * np.eye(3)
    fit = mixed._fit(covariance, mixed._sums(design(holed), holed.score[:, 1:]))
    free = int((~np.isnan(holed.score[:, 1:])).sum()) - 9
    assert fit.deviance + free * math.log(2 * math.pi) == pytest.approx(-2 * theirs.llf, rel=1e-9)
    assert fit.coefficients[2, 1] == pytest.approx(theirs.fe_params["C(v)[2]:arm"], rel=1e-6)


def test_coefficients_are_generalised_least_squares(holed):
    from statsmodels.api import GLS

    rows = table(holed)
    design_rows = np.zeros((len(rows), 3, 3))
    design_rows[np.arange(len(rows)), rows["v"]] = design(holed)[rows["p"]]
    whole = COVARIANCE[np.ix_(rows["v"], rows["v"])] * np.equal.outer(rows["p"].to_numpy(), rows["p"].to_numpy())
    theirs = GLS(rows["y"].to_numpy(), design_rows.reshape(-1, 9), sigma=whole).fit()
    fit = mixed._fit(COVARIANCE, mixed._sums(design(holed), holed.score[:, 1:]))
    np.testing.assert_allclose(fit.coefficients.ravel(), theirs.params, rtol=1e-9)
    np.testing.assert_allclose(fit.variance.reshape(9, 9), theirs.normalized_cov_params, rtol=1e-7, atol=1e-12)


def test_slope_of_the_likelihood(holed):
    sums = mixed._sums(design(holed), holed.score[:, 1:])
    slope = mixed._fit(COVARIANCE, sums).slope
    for i in range(3):
        for j in range(3):
            step = np.zeros((3, 3))
            step[i, j] = step[j, i] = 1e-4
            up, down = (mixed._fit(COVARIANCE + side * step, sums).deviance for side in (1, -1))
            expected = slope[i, j] if i == j else 2 * slope[i, j]
            assert (up - down) / 2e-4 == pytest.approx(expected, rel=1e-5)


def test_no_covariance_nearby_is_likelier(holed):
    model = mixed._model(holed, "wait", 3)
    summit = mixed._climb(model.sums)
    random = np.random.default_rng(0)
    for size in (0.01, 0.1, 1.0):
        for _ in range(20):
            moved = summit.parameters + size * random.normal(size=summit.parameters.shape)
            assert mixed._fit(summit.shape.covariance(moved), model.sums).deviance > summit.fit.deviance


# -- simulated truth -----------------------------------------------------------------------------------------------


def test_missing_at_random_is_mended_where_the_seen_mislead():
    """Who is badly off leaves, more of them among those waiting: those seen at the end hide a part of the effect."""
    ratings = simulated(20_000, 11, missing=0.05, leaving=0.8)
    assert np.isnan(ratings.end).mean() > 0.4
    effect = mixed_model(ratings, "wait")["run"]
    assert effect.estimate == pytest.approx(truth(), abs=3 * effect.standard_error)
    for analysis_set in (completers, all_seen):
        naive = compare(ratings, "run", "wait", None, analysis_set).difference
        assert naive.estimate > truth() + 4 * naive.standard_error


def test_interval_holds_the_truth_as_often_as_it_says():
    """Of 600 trials of 24 people, 95 % with a standard error of 0.9 %."""
    effects = [mixed_model(simulated(24, seed, visits=2, leaving=0.3), "wait")["run"] for seed in range(600)]
    assert {effect.why for effect in effects} == {""}
    held = np.mean([effect.low <= truth(2) <= effect.high for effect in effects])
    assert held == pytest.approx(0.95, abs=0.027)
    errors = [effect.estimate - truth(2) for effect in effects]
    assert np.mean(errors) == pytest.approx(0, abs=3 * np.std(errors) / math.sqrt(600))


# -- properties ----------------------------------------------------------------------------------------------------


def test_order_of_people_does_not_matter(holed):
    order = np.random.default_rng(1).permutation(120)
    other = Ratings(holed.arms, holed.arm[order], holed.weeks, holed.score[order], holed.stayed[order])
    assert numbers(mixed_model(other, "wait")["run"]) == pytest.approx(numbers(mixed_model(holed, "wait")["run"]))


def test_order_of_arms_turns_the_sign(holed):
    there, back = mixed_model(holed, "wait")["run"], mixed_model(holed, "run")["wait"]
    turned = (-back.estimate, back.standard_error, -back.high, -back.low)
    assert numbers(there) == pytest.approx(turned, rel=1e-6)
    swapped = changed(holed, arm=1 - holed.arm, arms=("run", "wait"))
    assert numbers(mixed_model(swapped, "wait")["run"]) == pytest.approx(numbers(there), rel=1e-6)


def test_unit_and_origin_of_the_scale(holed):
    here = mixed_model(holed, "wait", 8)["run"]
    there = mixed_model(changed(holed, score=1000 + 0.01 * holed.score), "wait", 8)["run"]
    assert numbers(there) == pytest.approx([0.01 * number for number in numbers(here)], rel=1e-5)


def test_a_slope_on_the_baseline_at_every_visit_tells_nothing(holed):
    """Adding the baseline to a later score changes its slope, not the difference of the arms."""
    moved = holed.score + np.outer(holed.baseline, [0, 0.5, 0, -1])
    here, there = (mixed_model(each, "wait")["run"] for each in (holed, changed(holed, score=moved)))
    assert numbers(there) == pytest.approx(numbers(here), rel=1e-5)


def test_other_visits_narrow_the_interval(holed):
    """Who is missing at the end but was seen before still counts."""
    alone = changed(holed, weeks=[0, 12], score=holed.score[:, [0, 3]])
    assert mixed_model(holed, "wait")["run"].standard_error < mixed_model(alone, "wait")["run"].standard_error


# -- who and what is left out --------------------------------------------------------------------------------------


def test_people_without_baseline_or_later_score_are_left_out_and_counted(holed):
    score = np.vstack([holed.score, [[NAN, 9, 9, 9], [20, NAN, NAN, NAN]]])
    arm, stayed = np.append(holed.arm, [0, 1]), np.append(holed.stayed, [True, True])
    more = mixed_model(Ratings(holed.arms, arm, holed.weeks, score, stayed), "wait")["run"]
    here = mixed_model(holed, "wait")["run"]
    assert numbers(more) == pytest.approx(numbers(here))
    assert (more.n, more.missing) == (here.n, here.missing + 2)
    assert here.n + here.missing == 120


def test_a_visit_that_an_arm_hardly_has_is_left_out(holed):
    score = np.insert(holed.score, 2, holed.score[:, 1] + 1, axis=1)
    score[np.flatnonzero(holed.arm == 0)[1:], 2] = NAN  # one person of those waiting
    more = changed(holed, weeks=[0, 4, 6, 8, 12], score=score)
    assert numbers(mixed_model(more, "wait")["run"]) == pytest.approx(numbers(mixed_model(holed, "wait")["run"]))
    assert mixed_model(more, "wait", 6)["run"].why == "fewer than two people in a group"


def test_an_arm_that_nobody_is_in_does_not_spoil_the_others(holed):
    effects = mixed_model(changed(holed, arms=("wait", "run", "drug")), "wait")
    assert numbers(effects["run"]) == pytest.approx(numbers(mixed_model(holed, "wait")["run"]))
    assert math.isnan(effects["drug"].estimate)
    assert effects["drug"].why == "fewer than two people in a group"


def test_alike_baselines_are_left_out():
    from statsmodels.api import OLS

    ratings = simulated(20, 4, missing=0.0)
    ratings = changed(ratings, score=np.column_stack([np.where(ratings.arm, 20, 22), ratings.score[:, 1:]]))
    fitted = OLS(ratings.end, np.column_stack([np.ones(20), ratings.arm])).fit()
    effect = mixed_model(ratings, "wait")["run"]
    assert numbers(effect) == pytest.approx((fitted.params[1], fitted.bse[1], *fitted.conf_int()[1]), rel=1e-7)


def unseen(ratings, *holes):
    score = ratings.score.copy()
    for people, visit in holes:
        score[people, visit] = NAN
    return changed(ratings, score=score)


full = simulated(40, 6, missing=0.0)
alike = changed(full, score=np.column_stack([np.where(np.arange(40) < 4, 20, full.baseline), full.score[:, 1:]]))
first, second = np.arange(40) < 20, np.arange(40) >= 20


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        (unseen(full, (full.arm == 0, 3)), "fewer than two people in a group"),
        (unseen(alike, (np.arange(40) > 3, 3)), "those seen at week 12 do not differ in their scores"),
        (changed(full, score=np.column_stack([full.score[:, :3], 5 + full.arm])), "week 12 do not differ"),
        (unseen(full, (np.arange(40) > 4, 3)), NOT_FITTED),
        (unseen(full, (first, 1), (second, 3)), NOT_FITTED),  # nobody was seen at both
        (unseen(full, (np.arange(40) > 4, 1), (np.arange(40) < 5, 2)), NOT_FITTED),
        (changed(full, score=full.score[:, [0, 1, 3, 3]]), NOT_FITTED),  # a visit written down twice
        (simulated(40, 7, visits=13, missing=0.0), "13 visits after the baseline are too many"),
    ],
)
def test_what_cannot_be_fitted_says_why(ratings, why):
    effect = mixed_model(ratings, "wait")["run"]
    assert all(math.isnan(number) for number in numbers(effect))
    assert why in effect.why
    assert effect.n + effect.missing == 40


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (lambda: mixed_model(full, "drug"), "no arm is called 'drug'"),
        (lambda: mixed_model(full, "wait", 5), "no visit at week 5"),
        (lambda: mixed_model(full, "wait", 0), "visits after the baseline; ask for a later week"),
        (lambda: mixed_model(full.of("run"), "run"), "'run' is the only arm"),
        (lambda: mixed_model(full, "wait", level=95), "between 0 and 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(attempt, said):
    with pytest.raises(ParameterError, match=said):
        attempt()
