"""How physiology is written: modules with inputs, parameters, states, fluxes and read-outs.

A module is an object made by calls; every name appears once. Amounts flow *from* somewhere
*to* somewhere in named fluxes, contributions to a state add up, and nobody owns a
right-hand side. Units are declared here and checked when modules are composed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

from neurokyn.errors import ModelError, nearest
from neurokyn.language.expression import ONE, Expression, Number, constant, symbol

TIME = symbol("time", "time", "h")
CLOCK_START = symbol("clock.start", "drive", "h")
RHYTHMS = symbol("clock.rhythms", "drive", "1")


@dataclass(frozen=True)
class State:
    """A quantity with a memory."""

    symbol: Expression
    description: str
    volume: Expression
    start: Expression
    scale: Expression
    settles: bool


@dataclass(frozen=True)
class Input:
    """A quantity another module provides; its stand-in lets this module run alone."""

    symbol: Expression
    description: str
    of: str
    stands_in: Expression


@dataclass(frozen=True)
class Drive:
    """A quantity the schedule sets, constant between two boundaries."""

    symbol: Expression
    description: str
    rest: Expression


@dataclass(frozen=True)
class Flux:
    """A named amount per time that flows from somewhere to somewhere."""

    name: str
    expression: Expression
    source: Expression | None
    target: Expression | None
    yields: Expression
    description: str
    reference: str


@dataclass(frozen=True)
class Rate:
    """A phenomenological contribution to dy/dt, outside the conservation check."""

    state: Expression
    expression: Expression


@dataclass(frozen=True)
class Relation:
    """A named algebraic expression; `shown` ones are read-outs of a simulation."""

    symbol: Expression
    expression: Expression
    description: str
    shown: bool


@dataclass
class Module:
    """An organ system: what it needs, what it holds, what flows, what it shows.

    Parameters
    ----------
    name : str
        Short name; qualifies everything declared (`serotonin.extracellular`).
    title : str
        What a reader sees.
    sources : tuple of str
        Keys of `params/sources.bib` the structure rests on.

    Examples
    --------
    >>> m = Module("decay", "First-order decay")
    >>> k = m.parameter("rate_constant", "1/h")
    >>> x = m.state("amount", "mg", "what is left", start=m.parameter("dose", "mg"))
    >>> loss = m.flux("loss", k * x, frm=x)
    >>> [flux.name for flux in m.fluxes]
    ['decay.loss']
    """

    name: str
    title: str
    sources: tuple[str, ...] = ()
    parameter_units: dict[str, str] = field(default_factory=dict)
    states: list[State] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    drives: list[Drive] = field(default_factory=list)
    fluxes: list[Flux] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def _claim(self, name: str) -> str:
        if not name.isidentifier():
            raise ModelError(f"'{name}' in module '{self.name}' is not a name; use letters, digits and underscores")
        if name in self._names:
            raise ModelError(f"module '{self.name}' declares '{name}' twice; give the second one another name")
        self._names.add(name)
        return f"{self.name}.{name}"

    def parameter(self, name: str, unit: str) -> Expression:
        """Declare one parameter; its number lives in `params/<module>.toml`.

        Parameters
        ----------
        name : str
            Name of its table in the file.
        unit : str
            Unit the formulas use; the file may use any convertible one.

        Returns
        -------
        Expression
            The symbol to use in formulas.
        """
        qualified = self._claim(name)
        self.parameter_units[qualified] = unit
        return symbol(qualified, "parameter", unit)

    def parameters(self, **units: str) -> SimpleNamespace:
        """Declare several parameters, `name="unit"` each, and return them by attribute."""
        return SimpleNamespace(**{name: self.parameter(name, unit) for name, unit in units.items()})

    def input(self, name: str, unit: str, description: str, *, of: str, stands_in: Expression | Number) -> Expression:
        """Declare a quantity that another module provides.

        Parameters
        ----------
        name, unit, description : str
            What it is called here, in which unit the formulas use it, what it is.
        of : str
            Qualified name it is joined to when that module is composed in
            (`"tryptophan.brain"`); any convertible unit.
        stands_in : Expression
            A parameter, or an expression of parameters, used when nothing is joined.

        Returns
        -------
        Expression
            The symbol to use in formulas, and as `frm` or `to` of a flux: if a state is
            joined, the flux acts on that state.
        """
        node = symbol(self._claim(name), "input", unit)
        self.inputs.append(Input(node, description, of, constant(stands_in)))
        return node

    def drive(self, name: str, unit: str, description: str, *, rest: Expression | Number = 0) -> Expression:
        """Declare a quantity that the schedule sets (constant between boundaries).

        Parameters
        ----------
        name, unit, description : str
            What it is called, its unit, what it is.
        rest : Expression or number
            Its value when no schedule sets it; an expression of parameters.

        Returns
        -------
        Expression
            The symbol to use in formulas.
        """
        node = symbol(self._claim(name), "drive", unit)
        self.drives.append(Drive(node, description, constant(rest)))
        return node

    def state(
        self,
        name: str,
        unit: str,
        description: str,
        *,
        start: Expression | Number,
        volume: Expression | Number = ONE,
        scale: Expression | Number | None = None,
        settles: bool = True,
    ) -> Expression:
        """Declare a state.

        Parameters
        ----------
        name, unit, description : str
            What it is called, its unit (an amount or a concentration), what it is.
        start : Expression or number
            Expression of parameters: the initial value, or the first guess where a
            steady state is solved for.
        volume : Expression or number
            For a concentration: the volume it refers to. A flux (amount per time) into
            the state is divided by it.
        scale : Expression or number, optional
            Typical size, which sets the absolute tolerance; `start` if not given, so it
            is required where `start` is zero.
        settles : bool
            False for a state so slow (years) that a run begins at `start` instead of at the
            steady state.

        Returns
        -------
        Expression
            The symbol to use in formulas.
        """
        node = symbol(self._claim(name), "state", unit)
        size = constant(start if scale is None else scale)
        if size is constant(0):
            raise ModelError(f"state '{node.value}' starts at zero; give scale=, its typical size")
        self.states.append(State(node, description, constant(volume), constant(start), size, settles))
        return node

    def flux(
        self,
        name: str,
        expression: Expression,
        *,
        frm: Expression | None = None,
        to: Expression | None = None,
        yields: Expression | Number = ONE,
        description: str = "",
        source: str = "",
    ) -> Expression:
        """Declare an amount per time that flows from one state to another.

        Parameters
        ----------
        name : str
            Name of the flux.
        expression : Expression
            The amount per time, in any unit convertible to that of the states.
        frm, to : Expression, optional
            States, or inputs joined to states; None is the world outside the model.
        yields : Expression or number
            Amount that arrives for each amount that leaves (stoichiometry), 1 by default.
        description, source : str
            What it is, and the key in `params/sources.bib` of its rate law.

        Returns
        -------
        Expression
            A symbol standing for the flux, for use in other formulas.
        """
        if frm is None and to is None:
            raise ModelError(f"flux '{self.name}.{name}' goes from nowhere to nowhere; give frm= or to=")
        for end in (frm, to):
            if end is not None and end.kind not in ("state", "input"):
                raise ModelError(f"flux '{self.name}.{name}' must flow between states, not '{end!r}'")
        qualified = self._claim(name)
        self.fluxes.append(Flux(qualified, expression, frm, to, constant(yields), description, source))
        return symbol(qualified, "flux", "")

    def rate(self, state: Expression, expression: Expression) -> None:
        """Add a phenomenological contribution to dy/dt of a state.

        Parameters
        ----------
        state : Expression
            The state, or an input joined to one.
        expression : Expression
            The contribution, in units of the state per time.
        """
        if state.kind not in ("state", "input"):
            raise ModelError(f"a rate acts on a state; '{state!r}' in module '{self.name}' is none")
        self.rates.append(Rate(state, expression))

    def relation(self, name: str, expression: Expression, unit: str, description: str = "") -> Expression:
        """Name an algebraic expression; not shown in results unless asked for."""
        return self._relate(name, expression, unit, description, shown=False)

    def observe(self, name: str, expression: Expression, unit: str, description: str) -> Expression:
        """Name an algebraic expression that is a read-out of every simulation."""
        return self._relate(name, expression, unit, description, shown=True)

    def _relate(self, name: str, expression: Expression, unit: str, description: str, *, shown: bool) -> Expression:
        node = symbol(self._claim(name), "relation", unit)
        self.relations.append(Relation(node, constant(expression), description, shown))
        return node

    @property
    def time(self) -> Expression:
        """Hours since the start of the simulation."""
        return TIME

    @property
    def time_of_day(self) -> Expression:
        """Hours on the clock; runs on past 24, so use it in periodic functions only."""
        return TIME + CLOCK_START

    def rhythm(self, deviation: Expression) -> Expression:
        """A rhythm's deviation from its daily mean, which is held at zero for a fixed point."""
        return RHYTHMS * deviation

    def find_state(self, name: str) -> State:
        """The declared state of this (short or qualified) name.

        Raises
        ------
        ModelError
            If there is none; names the nearest.
        """
        qualified = name if "." in name else f"{self.name}.{name}"
        for state in self.states:
            if state.symbol.value == qualified:
                return state
        raise ModelError(f"no state '{qualified}'{nearest(qualified, [str(s.symbol.value) for s in self.states])}")
