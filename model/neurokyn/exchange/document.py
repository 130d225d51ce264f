"""A system with numbers, a start and a timeline as the text of an SBML document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from neurokyn.compiler.graph import is_constant
from neurokyn.compiler.parameters import Parameter
from neurokyn.compiler.store import fingerprint
from neurokyn.errors import ModelError, ScenarioError
from neurokyn.exchange.mathml import NAMESPACES, MathWriter, apply, name, piecewise
from neurokyn.exchange.naming import Names, identifier
from neurokyn.exchange.occasions import Occasion, jumps_at, occasions
from neurokyn.exchange.sbml_notes import Notes, origin
from neurokyn.exchange.sbml_units import Part, base_parts, unit_id, unit_parts
from neurokyn.language.expression import Expression
from neurokyn.language.module import TIME
from neurokyn.language.units import Unit, parse_unit, ratio
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.prepare import Prepared
from neurokyn.solver.problem import Timeline

NEVER = 1e9  # h; the next time of what does not happen any more
NOTHING = 1e-12  # of a state's typical size; other programs scale tolerances by start values, and 1e-30 stalls them
HOUR = "h"
MODEL_UNITS = {"Time": HOUR, "Substance": "umol", "Extent": "umol", "Volume": "L"}


@dataclass(frozen=True)
class Description:
    """What a document says of itself.

    Parameters
    ----------
    title : str
        One line.
    lines : tuple of str
        What the notes of the model begin with.
    grounds : mapping of str to Parameter
        Where numbers come from that differ from the tables, by qualified name.
    """

    title: str
    lines: tuple[str, ...] = ()
    grounds: Mapping[str, Parameter] = field(default_factory=dict)


def sbml_document(body: Prepared, start: np.ndarray, timeline: Timeline, description: Description) -> str:
    """A system with numbers, a start and what happens, as SBML.

    Parameters
    ----------
    body : Prepared
        A system with numbers.
    start : ndarray, shape (n_states,)
        State at t = 0, before what happens then.
    timeline : Timeline
        Boundaries, drives and jumps.
    description : Description
        What the document says of itself.

    Returns
    -------
    str
        Level 3 Version 2 core.

    Raises
    ------
    ScenarioError
        If libSBML is missing.
    ModelError
        If libSBML refuses a part of the document.
    """
    libsbml = load_libsbml()
    document = libsbml.SBMLDocument(3, 2)
    _Writer(libsbml, document.createModel(), body).write(start, timeline, description)
    return str(libsbml.writeSBMLToString(document))


def load_libsbml() -> ModuleType:
    """The library that writes SBML.

    Raises
    ------
    ScenarioError
        If it is not installed.
    """
    try:
        import libsbml
    except ImportError:
        raise ScenarioError("libSBML is not installed", fix="install the extra: pip install 'neurokyn[sbml]'") from None
    module: ModuleType = libsbml
    return module


class _Writer:
    """Fills a libSBML model."""

    def __init__(self, libsbml: ModuleType, model: Any, body: Prepared) -> None:  # noqa: ANN401 - an SBML model
        self.libsbml, self.model, self.body = libsbml, model, body
        self.system, self.equations = body.system, body.system.equations
        self.notes = Notes(libsbml)
        self.names = Names(self.system)
        self.declared: dict[str, str] = {}
        self.math = MathWriter(self.names.identifiers, self.names.units, self.derived_unit)

    def write(self, start: np.ndarray, timeline: Timeline, description: Description) -> None:
        self.describe(description)
        for kind, unit in MODEL_UNITS.items():
            getattr(self.model, f"set{kind}Units")(self.unit(unit))
        self.parameters(description.grounds)
        self.drives(timeline)
        values = start + self.jumps_at_start(timeline)
        self.states(np.where(np.abs(values) < NOTHING * self.body.absolute_scale, 0.0, values))
        self.relations()
        for number, occasion in enumerate(occasions(timeline), 1):
            self.event(f"occasion_{number}", occasion, float(timeline.starts[-1]))

    def describe(self, description: Description) -> None:
        """Title, notes and the papers that the structure rests on."""
        from neurokyn import __version__

        self.model.setId("neurokyn")
        self.model.setName(description.title)
        made = f"Written by neurokyn {__version__} (MIT licence), model {fingerprint(self.system)[:12]}."
        self.notes.say(self.model, [description.title, *description.lines, made])
        self.notes.cite(self.model, [key for module in self.system.modules for key in module.sources])

    def parameter(self, qualified: str, unit: str, value: float | None, *, constant: bool) -> Any:  # noqa: ANN401
        """A new parameter."""
        element = self.model.createParameter()
        self.check(element.setId(identifier(qualified)), qualified)
        element.setConstant(constant)
        element.setUnits(self.unit(unit))
        if value is not None:
            element.setValue(value)
        return element

    def drives(self, timeline: Timeline) -> None:
        """The drives at t = 0; those that events change are not constant."""
        changing = (timeline.drives != timeline.drives[0]).any(axis=0)
        for drive, value, changes in zip(self.system.drives, timeline.drives[0].tolist(), changing, strict=True):
            qualified = str(drive.symbol.value)
            element = self.parameter(qualified, drive.symbol.unit, value, constant=not changes)
            element.setName(drive.description)

    def parameters(self, grounds: Mapping[str, Parameter]) -> None:
        """The person's numbers, each with where it comes from."""
        shipped = dict(standard_parameters())
        for qualified, unit in self.system.parameter_units.items():
            row = self.body.table[qualified]
            element = self.parameter(qualified, unit, row.in_unit(unit), constant=True)
            element.setName(qualified)
            usual = shipped.get(qualified, row)
            changed = usual.in_unit(unit) != row.in_unit(unit)
            ground = grounds.get(qualified, None if changed else row)
            self.notes.say(element, origin(ground, usual if changed else None))
            self.notes.cite(element, [ground.source] if ground else [])

    def states(self, values: np.ndarray) -> None:
        """The states, their values at the start and their rates."""
        given = (self.system.states, values.tolist(), self.body.absolute_scale, self.equations.derivatives)
        for state, value, scale, slope in zip(*given, strict=True):
            qualified = str(state.symbol.value)
            element = self.parameter(qualified, state.symbol.unit, value, constant=False)
            element.setName(state.description)
            self.notes.say(element, [f"Typical size: {scale:g} {state.symbol.unit}."])
            rule = self.model.createRateRule()
            rule.setVariable(identifier(qualified))
            self.set_math(rule, self.math.write(slope, parse_unit(state.symbol.unit) / parse_unit(HOUR)), qualified)

    def jumps_at_start(self, timeline: Timeline) -> np.ndarray:
        """What is added to each state at t = 0."""
        amounts = np.zeros(len(self.system.states))
        for state, amount in jumps_at(timeline, 0):
            amounts[state] = amount
        return amounts

    def relations(self) -> None:
        """Read-outs, relations and fluxes: computed at once if they are constant, else by a rule."""
        references = {flux.name: flux.reference for flux in self.system.fluxes}
        known: dict[Expression, bool] = {}
        shown = [r for r in self.system.read_outs if r.kind != "state"]
        for entry in (*self.names.conversions, *shown):
            node, unit = self.names.meaning(entry.name), self.names.unit_of(entry.name)
            fixed = is_constant(node, known)
            element = self.parameter(entry.name, unit, None, constant=fixed)
            element.setName(entry.description or entry.name)
            self.notes.cite(element, [references.get(entry.name, "")])
            rule = self.model.createInitialAssignment() if fixed else self.model.createAssignmentRule()
            (rule.setSymbol if fixed else rule.setVariable)(identifier(entry.name))
            own = self.names.identifiers.get(node) == identifier(entry.name)
            self.set_math(rule, self.math.write(node, parse_unit(unit), defining=own), entry.name)

    def event(self, label: str, occasion: Occasion, end: float) -> None:
        """An occasion as an event; one that recurs keeps its next time in a parameter."""
        event = self.model.createEvent()
        event.setId(label)
        event.setName(self.told(occasion))
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(True)
        trigger.setPersistent(True)
        hour, due = parse_unit(HOUR), self.math.number(occasion.first, parse_unit(HOUR))
        if occasion.count > 1:
            following = f"{label}__next"
            element = self.parameter(following, HOUR, occasion.first, constant=False)
            element.setName(f"next time of {label}")
            due = name(identifier(following))
            later = apply("plus", due, self.math.number(occasion.period, hour))
            if occasion.last + occasion.period < end:
                before_last = apply("lt", due, self.math.number(occasion.last - occasion.period / 2, hour))
                later = piecewise(later, before_last, self.math.number(NEVER, hour))
            self.assign(event, following, later)
        self.set_math(trigger, self.whole(apply("geq", self.math.inner(TIME), due)), label)
        for position, value in occasion.drives:
            drive = self.system.drives[position].symbol
            new = due if value is None else self.math.number(value, parse_unit(drive.unit))
            self.assign(event, str(drive.value), new)
        for position, amount in occasion.jumps:
            state = self.system.states[position].symbol
            added = apply("plus", self.math.inner(state), self.math.number(amount, parse_unit(state.unit)))
            self.assign(event, str(state.value), added)

    def told(self, occasion: Occasion) -> str:
        """An occasion in words."""
        parts = [f"{self.system.drive_names[k]} = {'t' if v is None else f'{v:g}'}" for k, v in occasion.drives]
        parts += [f"{self.system.state_names[k]} + {v:g}" for k, v in occasion.jumps]
        when = f"every {occasion.period:g} h from {occasion.first:g} h" if occasion.count > 1 else ""
        return f"{', '.join(parts)}; {when or f'at {occasion.first:g} h'}"

    def assign(self, event: Any, qualified: str, inner: str) -> None:  # noqa: ANN401 - an SBML event
        """One assignment of an event."""
        assignment = event.createEventAssignment()
        assignment.setVariable(identifier(qualified))
        self.set_math(assignment, self.whole(inner), qualified)

    def whole(self, inner: str) -> str:
        """A `<math>` element around what stands in it."""
        return f"<math {NAMESPACES}>{inner}</math>"

    def set_math(self, element: Any, text: str, what: str) -> None:  # noqa: ANN401 - any SBML element with a formula
        """Give an element its formula."""
        formula = self.libsbml.readMathMLFromString(text)
        self.check(self.libsbml.LIBSBML_INVALID_OBJECT if formula is None else element.setMath(formula), what)

    def check(self, code: int, what: str) -> None:
        """Refuse to go on with a document that lacks a part."""
        if code != self.libsbml.LIBSBML_OPERATION_SUCCESS:
            raise ModelError(f"{what} cannot be written as SBML: {self.libsbml.OperationReturnValue_toString(code)}")

    def unit(self, text: str) -> str:
        """The identifier of a unit, which is declared when it is first met."""
        label = unit_id(text)
        if label != "dimensionless" and label not in self.declared:
            self.declare(label, unit_parts(text), text)
        return label

    def derived_unit(self, unit: Unit) -> str:
        """The identifier of a unit that a formula needs."""
        for text in ("1", HOUR, *dict.fromkeys(self.equations.units.values())):
            known = parse_unit(text)
            if known.dimensions == unit.dimensions and ratio(known, unit) == 1:
                return self.unit(text)
        parts = base_parts(unit)
        key = repr(parts)
        if key not in self.declared.values():
            self.declare(f"unit_{len(self.declared) + 1}", parts, key)
        return next(label for label, meaning in self.declared.items() if meaning == key)

    def declare(self, label: str, parts: list[Part], meaning: str) -> None:
        """A new unit definition."""
        self.declared[label] = meaning
        definition = self.model.createUnitDefinition()
        self.check(definition.setId(label), label)
        for part in parts:
            unit = definition.createUnit()
            unit.setKind(self.libsbml.UnitKind_forName(part.kind))
            unit.setExponent(part.exponent)
            unit.setMultiplier(part.multiplier)
            unit.setScale(part.scale)
