"""Write docs/ablations.md: what the answers owe to each switch and coupling.

python scripts/make_ablations.py
"""

from pathlib import Path

from neurokyn.analysis.ablations import table

HEAD = """# Ablations

Each row changes one thing in the model as shipped, past its bounds where that takes it out, and fits nothing again.
The first row of numbers is the model as shipped; the others are the outcome with the change less that; "·" is no
change in the digits shown. Written by `python scripts/make_ablations.py`.

The columns: HAM-D of the `mdd` person at rest; its change, in points, after 12 weeks of running at 70 %, of walking at
45 %, of strength training (45 min three times a week, mean of week 12), after 8 weeks of escitalopram 10 mg, and after
12 weeks of running and escitalopram together; in a healthy person the rise of brain tryptophan over an hour's run at
65 %, the change of dendritic length over three weeks of stress, the rise of HAM-D over 12 weeks of interferon-alpha,
and the rise of plasma cortisol over that hour's run. A positive number under a treatment is benefit lost.

"""
FOOT = """
## What stands out

- Behavioural activation is worth the same in every mode, so it is most of what strength training does; running owes
  more to less inflammation and to BDNF.
- Escitalopram works by BDNF and structure more than by the fast path, and loses half its effect where autoreceptors do
  not desensitise.
- The switches about amino acids move brain tryptophan by several per cent within the hour of a run and mood by less
  than 0.1 points. That muscle's uptake of tryptophan helps at all rests on how little kynurenate protects (below).
- Muscle's kynurenate reaches neither the brain nor mood, and the cortisol of bouts nothing but plasma.
- Interferon reaches mood by IDO, by what microglia do to KMO and KAT, and by BDNF. IDO counts because kynurenate
  protects by less than quinolinate harms (a choice); with the plain ratio it would not.
- There is no switch for a bistable stress axis, because the model has none: its glands have one resting point.
"""
page = Path(__file__).resolve().parents[1] / "docs" / "ablations.md"
page.write_text(HEAD + table() + "\n" + FOOT, encoding="utf-8")
print(f"written: docs/{page.name}")
