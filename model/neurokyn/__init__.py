"""Mechanistic simulation of how SSRIs and exercise act on depression.

The public names are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_WHERE = {
    "Module": "neurokyn.language.module",
    "System": "neurokyn.compiler.compose",
    "compose": "neurokyn.compiler.compose",
    "Table": "neurokyn.compiler.parameters",
    "read_parameters": "neurokyn.compiler.parameters",
    "Scenario": "neurokyn.scenario.scenario",
    "read_scenario": "neurokyn.scenario.reading",
    "Arm": "neurokyn.scenario.scenario",
    "Output": "neurokyn.scenario.scenario",
    "Dose": "neurokyn.scenario.dosing",
    "Bout": "neurokyn.scenario.activity",
    "Regimen": "neurokyn.scenario.dosing",
    "Programme": "neurokyn.scenario.activity",
    "Meals": "neurokyn.scenario.surroundings",
    "Stress": "neurokyn.scenario.surroundings",
    "Challenge": "neurokyn.scenario.surroundings",
    "Bolus": "neurokyn.scenario.schedule",
    "Level": "neurokyn.scenario.schedule",
    "simulate": "neurokyn.scenario.simulate",
    "solve": "neurokyn.scenario.simulate",
    "standard_model": "neurokyn.scenario.model",
    "People": "neurokyn.population.people",
    "draw_people": "neurokyn.population.people",
    "read_people": "neurokyn.population.people",
    "Group": "neurokyn.population.groups",
    "Paired": "neurokyn.population.groups",
    "Count": "neurokyn.population.risks",
    "Effect": "neurokyn.population.effects",
    "cohen_d": "neurokyn.population.effects",
    "hedges_g": "neurokyn.population.effects",
    "mean_difference": "neurokyn.population.effects",
    "risk_difference": "neurokyn.population.risks",
    "risk_ratio": "neurokyn.population.risks",
    "odds_ratio": "neurokyn.population.risks",
    "number_needed": "neurokyn.population.risks",
    "random_effects": "neurokyn.population.pooling",
    "hartung_knapp": "neurokyn.population.pooling",
    "Trial": "neurokyn.population.trial",
    "Switches": "neurokyn.population.switches",
    "read_trial": "neurokyn.population.reading",
    "simulate_people": "neurokyn.population.crowd",
    "simulate_courses": "neurokyn.population.courses",
    "simulate_trial": "neurokyn.population.results",
    "carry_out": "neurokyn.population.carrying_out",
    "pathways": "neurokyn.population.pathways",
    "with_people": "neurokyn.population.results",
    "answer": "neurokyn.population.questions",
    "budget": "neurokyn.analysis.budget",
    "difference": "neurokyn.analysis.budget",
    "carried": "neurokyn.analysis.carried",
    "reported": "neurokyn.analysis.reported",
    "validate": "neurokyn.analysis.validate",
    "forest": "neurokyn.report.forest",
    "spaghetti": "neurokyn.report.trial_plots",
    "waterfall": "neurokyn.report.trial_plots",
    "attendance": "neurokyn.report.trial_plots",
    "responders": "neurokyn.report.trial_plots",
    "mediators": "neurokyn.report.trial_plots",
    "summarise": "neurokyn.report.summary",
    "changes_table": "neurokyn.report.summary",
    "overview": "neurokyn.report.plots",
    "trajectories": "neurokyn.report.plots",
    "comparison": "neurokyn.report.plots",
    "write_sbml": "neurokyn.exchange.sbml",
    "NeurokynError": "neurokyn.errors",
    "ModelError": "neurokyn.errors",
    "UnitError": "neurokyn.errors",
    "ParameterError": "neurokyn.errors",
    "ScenarioError": "neurokyn.errors",
    "SolveError": "neurokyn.errors",
}
__all__ = [*_WHERE, "__version__"]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'neurokyn' has no attribute '{name}'")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
