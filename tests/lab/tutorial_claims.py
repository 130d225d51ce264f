"""What the tutorials say in words, each with an expression that holds if it is so.

An expression sees the names that the tutorial leaves behind when all its cells have run.
"""

Claims = list[tuple[str, str]]  # (words of the text, expression)

CLAIMS: dict[str, Claims] = {
    "01-first-scenario": [
        ("The drug is there on the first day", "half_way('ssri.sert_occupancy') == 1"),
        (
            "serotonin needs about a week for half of its rise",
            "5 <= half_way('serotonin.extracellular_relative') <= 8",
        ),
        (
            "dendrites longer, and mood is last",
            "half_way('serotonin.extracellular_relative') < half_way('dendrites.length') < half_way('mood.depression')",
        ),
        (
            "BDNF is a little ahead of the serotonin that drives it",
            "half_way('growth_factors.bdnf_brain') < half_way('serotonin.extracellular_relative')",
        ),
        (
            "The drug moves serotonin and leaves fitness alone",
            "abs(spans['escitalopram']['exercise.vo2max'].end - spans['neither']['exercise.vo2max'].end) < 1e-3 and "
            "spans['escitalopram']['serotonin.extracellular'].end > 1.5 * "
            "spans['neither']['serotonin.extracellular'].end",
        ),
        (
            "running moves fitness, calms inflammation and leaves serotonin where it was",
            "spans['running']['exercise.vo2max'].end > 1.05 * spans['neither']['exercise.vo2max'].end and "
            "spans['running']['inflammation.il6'].end < 0.95 * spans['neither']['inflammation.il6'].end and "
            "abs(spans['running']['serotonin.extracellular'].end / "
            "spans['neither']['serotonin.extracellular'].end - 1) < 0.01",
        ),
        (
            "Nearly, but not quite",
            "0.9 < change['both'] / (change['running'] + change['escitalopram']) < 1",
        ),
        (
            "Most of the slow steps in the brain have never been measured in people",
            "grades['assumed'] > len(numbers) / 2",
        ),
        (
            "Serotonin ends *lower*, not only later.",
            "summarise(slow)['']['serotonin.extracellular_relative'].end < "
            "summarise(data)['']['serotonin.extracellular_relative'].end - 0.1",
        ),
        (
            "Mood follows, in part.",
            "summarise(data)['']['mood.depression'].end < summarise(slow)['']['mood.depression'].end < 20",
        ),
    ],
    "02-dose-and-exercise": [
        (
            "the score hardly notices",
            "0 < benefit['dose'][doses.index(20)] - benefit['dose'][doses.index(5)] < 0.3 * benefit['dose'][-1]",
        ),
        ("the transporter is nearly full", "by_dose['ssri.sert_occupancy'][-1] > 0.8"),
        (
            "The drug's curve is steep at first and then flat",
            "benefit['dose'][doses.index(2.5)] > 0.5 * benefit['dose'][-1]",
        ),
        (
            "the curve of running bends, but still rises at 90 minutes",
            "0.5 < benefit['minutes'][-1] - benefit['minutes'][-2] < 2 * benefit['minutes'][1]",
        ),
        (
            "add up almost as if they did not know of one another",
            "0.9 < (rest - scores[2, 2]) / (2 * rest - scores[2, 0] - scores[0, 2]) < 1.1",
        ),
        ("A figure above 0 is against the combination", "row.estimate > 0"),
        (
            "For the score, the more sessions the better.",
            "(np.diff(split['mood.depression']) < 0).all()",
        ),
        ("Fitness differs far less.", "np.ptp(split['exercise.vo2max']) / 33 < 0.02"),
        (
            "The sign holds and the size does not: it grows several times over",
            "score['1 a week'] - score['7 a week'] > 1.5",
        ),
    ],
    "03-your-own-patient": [
        (
            "It is the largest of them",
            "score(mood__vulnerability=0) < min(score(stress__chronic_load=0), score(inflammation__chronic_drive=0), "
            "score(growth_factors__cleavage_activity=1))",
        ),
        (
            "Ada's blood holds far more drug, her transporters hardly more",
            "level['Ada'] > 2.5 * level['average'] and summarise(hers)['escitalopram']['ssri.sert_occupancy'].end < "
            "1.15 * summarise(average)['escitalopram']['ssri.sert_occupancy'].end",
        ),
        (
            "More illness gives every treatment a little more to take off.",
            "all(0 < list(walk.values())[1][arm] - list(walk.values())[0][arm] < 0.4 for arm in treatments "
            "if arm != 'neither')",
        ),
        (
            "Inflammation turns the scales towards running, as the popular story has it, but look at the size: "
            "a tenth of a point.",
            "0.05 < list(walk.values())[2]['running'] - list(walk.values())[1]['running'] < 0.2 and "
            "list(walk.values())[2]['escitalopram'] < list(walk.values())[1]['escitalopram']",
        ),
        (
            "The enzyme is what makes the drug do more for her.",
            "list(walk.values())[3]['escitalopram'] - list(walk.values())[2]['escitalopram'] > 0.2",
        ),
        (
            "her fitness makes no difference at all",
            "all(abs(list(walk.values())[4][arm] - list(walk.values())[3][arm]) < 0.01 "
            "for arm in treatments if arm != 'neither')",
        ),
        (
            "About a third of the dose does most of the work.",
            "0.3 < dose / 10 < 0.4 and benefit(result)['lower dose'] > 0.8 * benefit(hers)['escitalopram']",
        ),
        ("a level almost three times as high", "2.6 < level['Ada'] / level['average'] < 3"),
    ],
    "04-a-virtual-trial": [
        (
            "Compare that fall with the two or three points",
            "all(change['everything'][arm] < -6 for arm in trial.arms)",
        ),
        (
            "One misses badly: people kept to running less than the model believes.",
            "answer(rows['S02.running'].question, first) > rows['S02.running'].high + 0.05",
        ),
        (
            "No number of the model was fitted to any of these rows.",
            "all(row.set == 'validation' for row in rows.values())",
        ),
        (
            "What people expect of their treatment carries more of the fall than what the treatment does to their "
            "bodies.",
            "all(change['without expectancy'][arm] > change['without biology'][arm] + 1 for arm in trial.arms)",
        ),
        (
            "The reported interval of the difference in remission is wide: running might be clearly worse or clearly "
            "better.",
            "remission.low < -0.1 and remission.high > 0.1",
        ),
        ("About three times as many", "2.3 < needed / trial.people < 3.7"),
    ],
    "05-why": [
        ("is nearly back within hours", "up.max() > 0.1 and np.interp(5, hours, up) < 0.3 * up.max()"),
        (
            "Muscle made more of it; the kidney took most of that away again; and elsewhere a little less was made",
            "(lambda d: d['kat_muscle'] > 0 and -d['kyna_renal'] > 0.7 * d['kat_muscle'] and "
            "-0.3 * d['kat_muscle'] < d['kat_other'] < 0)(dict(zip(*(x.values.tolist() for x in (lambda f: (f['term'], "
            "f['difference']))(difference('one-bout-hour-by-hour', 'kynurenine.kyna', 'running', 'rest'))))))",
        ),
        (
            "The terms add up to the change of the state",
            "abs(running['closure'].values).max() < 1e-9 * running['turnover'].values.max()",
        ),
        (
            "Both bars are long",
            "all({(cut.giver, cut.taker): cut.share for cut in found.cuts}[pair] > 0.5 "
            "for found in (by_running, by_drug) "
            "for pair in (('growth_factors', 'dendrites'), ('dendrites', 'mood')))",
        ),
        ("the shares do not add up to 100 %", "by_running.remainder < -0.5 and by_drug.remainder < -0.5"),
        (
            "The drug has a second, quick road from serotonin to mood",
            "{(cut.giver, cut.taker): cut.share for cut in by_drug.cuts}['serotonin', 'mood'] > 0.1",
        ),
        (
            "Running has one through calmer inflammation",
            "{(cut.giver, cut.taker): cut.share for cut in by_running.cuts}['exercise', 'inflammation'] > 0.1",
        ),
        ("Next to nothing.", "sum(cut.share for cut in by_running.cuts if cut.giver == 'muscle') < 0.01"),
        ("Even at the upper bound it stays small.", "through < 0.05"),
    ],
    "06-a-thousand-people": [
        (
            "Nobody gets worse, and nobody is cured by biology alone",
            "all(fall.min() > 0 for fall in benefit.values()) and "
            "all((known['severity'].values - fall).min() > 7 for fall in benefit.values())",
        ),
        (
            "More CRP, more benefit of running",
            "(np.diff(means(fifths(known['crp'].values), 'running')[0]) > 0).all()",
        ),
        (
            "a slower enzyme, more of the drug",
            "(np.diff(means(kinds('cyp2c19', enzyme), 'escitalopram')[0]) < 0).all()",
        ),
        (
            "carriers of 66Met gain less from either",
            "all(np.diff(means(kinds('val66met', ['val_val', 'met']), arm)[0])[0] < 0 for arm in benefit)",
        ),
        (
            "What a clinic can measure accounts for a small part of who gains.",
            "all(explained(fall, clinic) < 0.3 for fall in benefit.values())",
        ),
        ("The rule *loses*.", "rules['running where CRP > 3'].mean() < rules['escitalopram for all'].mean()"),
        (
            "Inflamed people do gain more from running than others do",
            "benefit['running'][inflamed].mean() > benefit['running'][~inflamed].mean()",
        ),
        ("still more of them do better on the drug", "better[inflamed].mean() < 0.5"),
        (
            "the oracle's advantage is a fraction of a point",
            "0 < rules['oracle'].mean() - rules['escitalopram for all'].mean() < 0.5",
        ),
    ],
    "07-add-an-organ-system": [
        (
            "three states are easier to understand than a hundred",
            "len(module.states) == 3 and len(system.states) > 100",
        ),
        (
            "it should be zero but for the error of adding up the flux",
            "abs(taken / found - 1) < 1e-3",
        ),
        (
            "The bacteria's own product nearly vanishes, tryptophan rises by some per cent, and serotonin by a "
            "fraction of that",
            "week('microbiome.sulfate', 63) < 0.15 * week('microbiome.sulfate', 49) and "
            "0.02 < week('tryptophan.plasma', 63) / week('tryptophan.plasma', 49) - 1 < 0.1 and "
            "0 < week('serotonin.extracellular', 63) / week('serotonin.extracellular', 49) - 1 < 0.02",
        ),
        (
            "a slow kidney doubles indoxyl sulfate and leaves tryptophan exactly where it was",
            "abs(now['microbiome.sulfate'] / usual['microbiome.sulfate'] - 2) < 0.01 and "
            "abs(now['tryptophan.plasma'] / usual['tryptophan.plasma'] - 1) < 1e-4",
        ),
    ],
    "08-sbml-and-copasi": [
        ("the curves cannot be told apart", "max(largest.values()) < 1e-4"),
        ("They do not.", "here - there < -0.005"),
    ],
}
