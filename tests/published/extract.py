"""Write published.json from two SBML files of BioModels (CC0), which are not shipped: `python extract.py FOLDER`.

A reader for what these two files use, with the standard library; SciPy runs the second to a new steady state.
"""

from __future__ import annotations

import json
import math
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import CodeType

import numpy as np
from scipy.integrate import solve_ivp

MATH = "{http://www.w3.org/1998/Math/MathML}"
SIGN = {"plus": "+", "minus": "-", "times": "*", "divide": "/", "power": "**"}
HERE = Path(__file__).resolve().parent
LAWS = ("R00678_Tdo", "R00678_Indo", "R01960", "R00987", "R01814_Tph2")  # TDO, IDO, KMO, KYNU, TPH2
LEVELS = {
    "trp": "M_trp_DASH_L_c", "trp_outside": "TRP_ex", "kyn": "M_Lkynr_c", "kyn_outside": "M_Lkynr_ex",
    "hk": "M_hLkynr_c", "formyl_kyn": "M_Lfmkynr_c", "htp": "M_5htrp_c", "serotonin": "M_srtn_c",
    "o2": "M_o2_c", "nadph": "M_nadph_c", "h": "M_h_c",
}  # fmt: skip
SERUM = "serum"


def formula(node: ET.Element) -> str:
    """MathML as a Python expression."""
    tag = node.tag.removeprefix(MATH)
    if tag == "math":
        return formula(node[0])
    if tag == "ci":
        return (node.text or "").strip()
    if tag == "cn":
        tail = f"e{(node[0].tail or '').strip()}" if node.get("type") == "e-notation" else ""
        return (node.text or "").strip() + tail
    head, *rest = node
    words, name = [formula(x) for x in rest], head.tag.removeprefix(MATH)
    if name == "ci":
        return f"{formula(head)}({', '.join(words)})"
    return f"({SIGN[name].join(words)})" if len(words) > 1 else f"({SIGN[name]}{words[0]})"


class Sbml:
    """One file: levels, parameters, reactions and rules."""

    def __init__(self, path: Path):
        root = ET.parse(path).getroot()
        s = self.space = root.tag.split("}")[0] + "}"
        model = root.find(f"{s}model")
        self.places = {x.get("id"): x.get("name") for x in model.iter(f"{s}compartment")}
        self.parameters = {x.get("id"): float(x.get("value")) for x in model.find(f"{s}listOfParameters")}
        self.called = {x.get("name"): x.get("id") for x in model.find(f"{s}listOfParameters")}
        species = list(model.iter(f"{s}species"))
        self.ids = [x.get("id") for x in species]
        self.fixed = {x.get("id") for x in species if x.get("boundaryCondition") == "true"}
        self.start = np.array([float(x.get("initialConcentration") or x.get("initialAmount")) for x in species])
        self.at = {(x.get("name"), self.places[x.get("compartment")]): x.get("id") for x in species}
        self.base = dict.fromkeys(self.places, 1.0) | self.parameters
        for f in model.iter(f"{s}functionDefinition"):
            body = f.find(f"{MATH}math")[0]
            names = [b[0].text.strip() for b in body.findall(f"{MATH}bvar")]
            self.base[f.get("id")] = eval(f"lambda {', '.join(names)}: {formula(body[-1])}")
        self.rules = {
            rule.get("variable"): compile(formula(rule.find(f"{MATH}math")), "rule", "eval")
            for rules in model.findall(f"{s}listOfRules")
            for rule in rules
        }
        self.reactions: dict[str, tuple[CodeType, dict[str, float], dict[str, float]]] = {}
        for r in model.iter(f"{s}reaction"):
            law = r.find(f"{s}kineticLaw")
            local = {x.get("id"): float(x.get("value")) for x in law.iter(f"{s}parameter")}
            parts: dict[str, float] = {}
            for side, sign in (("listOfReactants", -1.0), ("listOfProducts", 1.0)):
                for x in r.findall(f"{s}{side}/{s}speciesReference"):
                    parts[x.get("species")] = parts.get(x.get("species"), 0.0) + sign * float(x.get("stoichiometry", 1))
            self.reactions[r.get("id")] = (compile(formula(law.find(f"{MATH}math")), "law", "eval"), local, parts)

    def slope(self, levels: np.ndarray, changed: dict[str, float]) -> np.ndarray:
        """Time derivatives of all species; the one that stays at its boundary has none."""
        known = self.base | changed | dict(zip(self.ids, levels, strict=True))
        for name, code in self.rules.items():
            known[name] = eval(code, known)
        out = dict.fromkeys(self.ids, 0.0)
        for code, local, parts in self.reactions.values():
            v = eval(code, known | local)
            for name, share in parts.items():
                out[name] += share * v
        return np.array([0.0 if name in self.fixed else out[name] for name in self.ids])

    def settled(self, changed: dict[str, float], time: float) -> np.ndarray:
        """The levels after a long time."""
        run = solve_ivp(lambda _, y: self.slope(y, changed), (0.0, time), self.start, "BDF", rtol=1e-7, atol=1e-14)
        return run.y[:, -1]


def stavrum(path: Path) -> dict[str, object]:
    """Every constant, the local ones of five reactions, and the stored steady state (mmol/L)."""
    m = Sbml(path)
    assert np.abs(m.slope(m.start, {})).max() < 1e-9
    local = {f"{law}.{k}": v for law in LAWS for k, v in m.reactions[law][1].items()}
    levels = {name: float(m.start[m.ids.index(key)]) for name, key in LEVELS.items()}
    return {"origin": "BioModels BIOMD0000000602, CC0; mmol/L", "constants": m.parameters | local, "levels": levels}


def dwivedi(path: Path) -> dict[str, object]:
    """Decay constants (1/d), and serum CRP when interleukin-6 is made 2, 4 and 8 times as fast."""
    m = Sbml(path)
    rows = [m.ids.index(m.at[name, SERUM]) for name in ("IL6", "CRP")]
    rest = m.settled({}, 300.0)[rows]
    made = ("ksynthIL6", "ksynthIL6Gut")
    response = []
    for times in (2.0, 4.0, 8.0):
        changed = {m.called[x]: times * m.parameters[m.called[x]] for x in made}
        response.append([float(f"{x:.4g}") for x in m.settled(changed, 300.0)[rows] / rest])
    rates = {name: m.parameters[m.called[name]] for name in ("kdegIL6", "kdegCRP")}
    assert all(math.isfinite(x) for pair in response for x in pair)
    return {"origin": "BioModels BIOMD0000000534, CC0; 1/d", "constants": rates, "il6_and_crp": response}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    found = {
        "stavrum2013": stavrum(folder / "BIOMD0000000602.xml"),
        "dwivedi2014": dwivedi(folder / "BIOMD0000000534.xml"),
    }
    (HERE / "published.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
