"""What acts on a state, term by term: fluxes by their names, rates by the summands of their formulas.

A rate such as (a + b - x) / τ acts as three terms, a / τ, b / τ and -x / τ. A named relation that is a sum is unfolded;
anything else (a quotient of two signals, say) stays whole, as splitting it would be arbitrary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from neurokyn.compiler.compose import System
from neurokyn.language.expression import Expression, negate, symbol, walk
from neurokyn.language.module import State

Relations = Mapping[Expression, Expression]
LONGEST = 44  # characters of a formula that serves as a name
SIGNS = {"add": " + ", "subtract": " − ", "multiply": " · ", "divide": " / ", "greater": " > "}
RANKS = {"greater": 0, "add": 1, "subtract": 1, "negate": 2, "multiply": 3, "divide": 3, "power": 5}
ATOM = 6


@dataclass(frozen=True)
class Term:
    """One thing that changes a state.

    Parameters
    ----------
    state : str
        The state, `module.state`.
    name : str
        What it is called; no other term of this state is called so.
    kind : str
        "flux" or "rate".
    module : str
        Where it is declared.
    description : str
        In words, or the formula.
    expression : Expression
        What it adds to the state per time, in any convertible unit.
    """

    state: str
    name: str
    kind: str
    module: str
    description: str
    expression: Expression


def terms_of(system: System) -> list[Term]:
    """Everything that acts on the states of a system.

    Parameters
    ----------
    system : System
        Composed modules.

    Returns
    -------
    list of Term
        In the order of the states; a state's terms add up to its right-hand side.

    Examples
    --------
    >>> from neurokyn.scenario.model import standard_model
    >>> [t.name for t in terms_of(standard_model()) if t.state == "kynurenine.kyna"]
    ['kat_muscle', 'kat_other', 'kyna_renal']
    """
    states = {str(s.symbol.value): s for s in system.states}
    found: dict[str, dict[str, Term]] = {name: {} for name in states}
    for term in (*_flux_terms(system, states), *_rate_terms(system)):
        same = found[term.state].get(term.name)
        found[term.state][term.name] = _joined(same, term) if same else term
    return [term for of in found.values() for term in of.values()]


def _joined(one: Term, two: Term) -> Term:
    """Two constants, two ways back to rest, or a flux that comes back to where it left, as one term."""
    what = f"{one.description}; {two.description}"
    return replace(one, expression=one.expression + two.expression, description=what)


def acted_on(end: Expression | None, system: System) -> str | None:
    """The state that a flux or a rate acts on, by name; None for the world outside."""
    if end is None:
        return None
    return str(end.value) if end.kind == "state" else system.joins[str(end.value)]


def _flux_terms(system: System, states: Mapping[str, State]) -> Iterator[Term]:
    for module in system.modules:
        for flux in module.fluxes:
            value = symbol(flux.name, "flux", "")
            for end, amount in ((flux.source, -value), (flux.target, value * flux.yields)):
                state = acted_on(end, system)
                if state is not None:
                    name, what = flux.name.partition(".")[2], flux.description or flux.name
                    yield Term(state, name, "flux", module.name, what, amount / states[state].volume)


def _rate_terms(system: System) -> Iterator[Term]:
    for module in system.modules:
        relations = {r.symbol: r.expression for r in module.relations}
        for rate in module.rates:
            state = acted_on(rate.state, system)
            for part, whole in split(rate.expression, rate.state, relations) if state else ():
                name, what = entitled(part, rate.state, relations)
                yield Term(str(state), name, "rate", module.name, what, whole)


def split(rate: Expression, state: Expression, relations: Relations) -> list[tuple[Expression, Expression]]:
    """A rate as its summands.

    Parameters
    ----------
    rate : Expression
        Change per time.
    state : Expression
        What it changes.
    relations : mapping of Expression to Expression
        Named expressions that may be unfolded.

    Returns
    -------
    list of (Expression, Expression)
        Each summand without and with the factor common to all.

    Examples
    --------
    >>> x, a, b, k = (symbol(n, "state" if n != "k" else "parameter", "1") for n in ("x", "a", "b", "k"))
    >>> [part for part, _ in split(k * (a + b - x), x, {})]
    [a, b, negate(x)]
    """
    return [pair for part in _sum(rate) for pair in _approach(part, state, relations)]


def _approach(rate: Expression, state: Expression, relations: Relations) -> list[tuple[Expression, Expression]]:
    """factor · (target - state), taken apart; anything else as it is or as a sum with steady factors."""
    if rate.operation in ("multiply", "divide"):
        left, right = rate.arguments
        parts = [y for x in _sum(left) for y in _summands(x, relations)]
        if len(parts) > 1 and any(_own(x, state, relations) for x in parts):
            return [(x, x * right if rate.operation == "multiply" else x / right) for x in parts]
        parts = [y for x in _sum(right) for y in _summands(x, relations)]
        if rate.operation == "multiply" and len(parts) > 1 and any(_own(x, state, relations) for x in parts):
            return [(x, left * x) for x in parts]
    return [(x, x) for x in _summands(rate, relations)]


def _sum(node: Expression) -> list[Expression]:
    """The signed summands that are written out."""
    if node.operation == "add":
        return [x for argument in node.arguments for x in _sum(argument)]
    if node.operation == "subtract":
        return [*_sum(node.arguments[0]), *(negate(x) for x in _sum(node.arguments[1]))]
    if node.operation == "negate":
        return [negate(x) for x in _sum(node.arguments[0])]
    return [node]


def _summands(node: Expression, relations: Relations) -> list[Expression]:
    """One summand as several, where it is a number times a sum of at least two things that move, or names one."""
    if node.operation == "negate":
        return [negate(x) for x in _summands(node.arguments[0], relations)]
    if node in relations:
        parts = [y for x in _sum(relations[node]) for y in _summands(x, relations)]
        return parts if _several(parts, relations) else [node]
    if node.operation == "multiply" and any(is_steady(x, relations) for x in node.arguments):
        steady, other = sorted(node.arguments, key=lambda x: not is_steady(x, relations))
        parts = [y for x in _sum(other) for y in _summands(x, relations)]
        return [steady * x for x in parts] if _several(parts, relations) else [node]
    if node.operation == "divide" and is_steady(node.arguments[1], relations):
        parts = [y for x in _sum(node.arguments[0]) for y in _summands(x, relations)]
        return [x / node.arguments[1] for x in parts] if _several(parts, relations) else [node]
    return [node]


def _several(parts: list[Expression], relations: Relations) -> bool:
    return sum(not is_steady(x, relations) for x in parts) > 1


def is_steady(node: Expression, relations: Relations) -> bool:
    """Whether an expression is made of parameters and numbers alone."""
    return all(
        x.kind == "parameter" or (x in relations and is_steady(relations[x], relations))
        for x in walk(node)
        if x.operation == "symbol"
    )


def _own(node: Expression, state: Expression, relations: Relations) -> bool:
    """Whether a summand is the state itself, but for sign and steady factors."""
    return _bare(node, relations) in (state, negate(state))


def _bare(node: Expression, relations: Relations) -> Expression:
    """A summand without its steady factors."""
    if node.operation == "negate":
        return negate(_bare(node.arguments[0], relations))
    if node.operation == "multiply" and any(is_steady(x, relations) for x in node.arguments):
        left, right = node.arguments
        return _bare(right if is_steady(left, relations) else left, relations)
    if node.operation == "divide" and is_steady(node.arguments[1], relations):
        return _bare(node.arguments[0], relations)
    return node


def entitled(part: Expression, state: Expression, relations: Relations) -> tuple[str, str]:
    """A name for a summand, and its formula.

    Parameters
    ----------
    part, state, relations
        As from and for `split`.

    Returns
    -------
    (str, str)
        A short name: what moves in it; and the formula.
    """
    if is_steady(part, relations):
        return "at rest", written(part)
    bare = _bare(part, relations)
    if bare is negate(state):
        return "return", written(part)
    short = written(bare)
    if len(short) > LONGEST:
        moving = dict.fromkeys(
            written(x) for x in walk(bare) if x.operation == "symbol" and not is_steady(x, relations)
        )
        short = "by " + ", ".join(moving)
    return short, written(part)


def written(node: Expression) -> str:
    """A formula in a line of text, by short names.

    Parameters
    ----------
    node : Expression
        The formula.

    Returns
    -------
    str
        With as few brackets as it needs.

    Examples
    --------
    >>> x, y = symbol("gut.x", "state", "1"), symbol("gut.y", "state", "1")
    >>> written(2 * (x - y))
    '2 · (x − y)'
    """
    done: dict[Expression, tuple[str, int]] = {}
    for each in walk(node):
        done[each] = _written(each, [done[x] for x in each.arguments])
    return done[node][0]


def _written(node: Expression, parts: list[tuple[str, int]]) -> tuple[str, int]:
    if node.operation == "constant":
        return format(float(node.value), "g").replace("-", "−"), ATOM
    if node.operation == "symbol":
        return str(node.value).rsplit(".", maxsplit=1)[-1], ATOM
    rank = RANKS.get(node.operation, ATOM)
    if node.operation in SIGNS:
        closed = node.operation in ("subtract", "divide")  # a - (b + c) keeps its brackets
        left, right = _closed(parts[0], rank), _closed(parts[1], rank + closed)
        return left + SIGNS[node.operation] + right, rank
    if node.operation == "negate":
        return "−" + _closed(parts[0], rank + 1), rank
    if node.operation == "power":
        return f"{_closed(parts[0], ATOM)}^{_closed(parts[1], ATOM)}", rank
    return f"{node.operation}({', '.join(text for text, _ in parts)})", ATOM


def _closed(part: tuple[str, int], rank: int) -> str:
    return part[0] if part[1] >= rank else f"({part[0]})"
