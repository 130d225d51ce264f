"""Write docs/patients.md: what the phenotypes are, and how they differ from health.

python scripts/make_patients.py
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "physiology"))

from neurokyn.scenario.catalogue import phenotypes  # noqa: E402
from neurokyn.scenario.people import settings_of  # noqa: E402
from windows import ordinary_day  # noqa: E402

HEAD = """# Patients

A depressed state in this model is a set of lasting causes, and the closed day that a body with those causes settles
into ("ill for long enough"). The causes are explicit, and each can be removed:

1. **A stress load** raises cortisol through glands that grow, and prunes dendrites directly.
2. **A low-grade inflammatory drive** raises interleukin-6 and CRP; through IDO and microglia it tips the balance of
   quinolinate to kynurenate, which prunes dendrites; it lowers BDNF transcription.
3. **Less tryptophan** reaches plasma and brain.
4. **Less mature BDNF** comes from its precursor, and fewer serotonin transporters are there.
5. **Vulnerability** stands for everything the modelled biology does not explain. It is solved for, so that the
   phenotype rests at its stated severity; it is the largest part, and `mood.episode` lets it fade where a schedule says
   so (natural course), never by itself.

A person remits if what treatment takes off the latent severity exceeds what the causes put on it: a patient with less
vulnerability or less load remits on the same drug, one with more does not (see the last table). Numbers, sources and
intervals: `neurokyn show parameters`, `params/people.toml`, [calibration](calibration.md). Written by
`python scripts/make_patients.py`.

"""
PUBLISHED = {
    "stress.cortisol": "+0.33 SD (Stetler 2011), about +13 %",
    "tryptophan.total": "-0.51 SD (Almulla 2022), about -9 %",
    "kynurenine.kyn": "-0.21 SD (Almulla 2022)",
    "kynurenine.kyn_trp_ratio": "unaltered (Almulla 2022) or up (Marx 2021)",
    "kynurenine.quin": "no difference; up when drug-free (Ogyu 2018)",
    "kynurenine.nmda_balance": "KYNA/QUIN lower (Marx 2021)",
    "inflammation.il6": "half of +0.61 SD (Osimo 2020)",
    "inflammation.crp": "half of +0.71 SD (Osimo 2020); above 3 mg/L in 27 %",
    "serotonin.hiaa_csf": "as in health (De Bellis 1993)",
    "growth_factors.bdnf_serum": "-0.47 SD (Molendijk 2014), about -12 %",
    "growth_factors.vegf": "+0.34 SD (Carvalho 2015)",
    "growth_factors.igf1": "not low",
    "dendrites.length": "no figure in man",
    "dendrites.hippocampal_volume": "-1.24 % (Schmaal 2016)",
    "mood.depression": "",
    "mood.anxiety": "",
    "mood.motivation": "",
}


def causes() -> list[str]:
    """What each phenotype sets."""
    names = [n for n in phenotypes() if n != "healthy"]
    keys = list(dict.fromkeys(key for n in names for key in settings_of(n)))
    lines = ["## Causes", "", "| number | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for key in keys:
        cells = [f"{settings_of(n)[key]['value']:.3g}" if key in settings_of(n) else "" for n in names]
        lines.append(f"| `{key}` | " + " | ".join(cells) + " |")
    return lines


def differences() -> list[str]:
    """Means over a day, and their difference from health."""
    ill = [n for n in phenotypes() if n != "healthy"]
    well = ordinary_day("healthy")
    lines = ["## Differences from health", "", "Means over an ordinary day.", ""]
    lines += ["| read-out | healthy | " + " | ".join(ill) + " | published, average depression |"]
    lines += ["|---|---|" + "---|" * len(ill) + "---|"]
    for name, published in PUBLISHED.items():
        cells = [f"{ordinary_day(n)[name]:.3g} ({ordinary_day(n)[name] / well[name] - 1:+.1%})" for n in ill]
        lines.append(f"| `{name}` | {well[name]:.3g} | " + " | ".join(cells) + f" | {published} |")
    return lines


def remission() -> list[str]:
    """Sixteen weeks of treatment in patients of several vulnerabilities."""
    from body import DAY, WEEK, person, simulate, three_a_week
    from neurokyn.scenario.dosing import Regimen

    drug = Regimen("escitalopram", "10 mg", every="1 day")
    run = three_a_week("running", 70)
    lines = ["## Who remits", "", "HAM-D before, and after sixteen weeks, biology alone; remission is 7 or less.", ""]
    lines += ["| `mood.vulnerability` of mdd | before | escitalopram | running | both |", "|---|---|---|---|---|"]
    for x in (0.0, 0.25, 0.5, 0.75, 1.0, 1.25):
        who = person("mdd", {"mood.vulnerability": x})
        ends = [simulate(who, items, 16 * WEEK, DAY)[1]["mood.depression"] for items in ([drug], [run], [drug, run])]
        cells = [f"{e[-7:].mean():.1f}" for e in ends]
        lines.append(
            f"| {x:g} | {simulate(who, [], DAY, DAY)[1]['mood.depression'][0]:.1f} | " + " | ".join(cells) + " |"
        )
    return lines


page = ROOT / "docs" / "patients.md"
page.write_text(HEAD + "\n".join([*causes(), "", *differences(), "", *remission(), ""]), encoding="utf-8")
print(f"written: {page.relative_to(ROOT)}")
