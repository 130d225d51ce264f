"""The modelling language: the only thing a physiology file imports."""

from neurokyn.language.expression import (
    Expression,
    cos,
    exp,
    log,
    maximum,
    minimum,
    sin,
    sqrt,
    where,
)
from neurokyn.language.laws import (
    competitive,
    half_life,
    hill,
    logistic,
    logit,
    mass_action,
    michaelis_menten,
    positive,
    relax,
    saturating,
    substrate_inhibition,
    total,
)
from neurokyn.language.module import Module

__all__ = [
    "Expression",
    "Module",
    "competitive",
    "cos",
    "exp",
    "half_life",
    "hill",
    "log",
    "logistic",
    "logit",
    "mass_action",
    "maximum",
    "michaelis_menten",
    "minimum",
    "positive",
    "relax",
    "saturating",
    "sin",
    "sqrt",
    "substrate_inhibition",
    "total",
    "where",
]
