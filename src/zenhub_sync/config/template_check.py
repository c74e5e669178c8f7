"""The check that a template is well-formed and uses no variables but those it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from jinja2 import Environment, TemplateSyntaxError, nodes, pass_context
from jinja2.meta import TrackingCodeGenerator
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from zenhub_sync.config.templates import TEMPLATE_VARIABLES

# What makes a text grow without bounds or calls itself, and what would read other files.
_UNWANTED = (
    nodes.Mul,
    nodes.Pow,
    nodes.Macro,
    nodes.CallBlock,
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
)


def template(source: str) -> str:
    """Return `source` if it is a Jinja template that names only what there is, else raise ValueError."""
    # Nothing is worked out yet: the optimizer and constant output would compute `"x" * 10 ** 10` on the spot.
    environment = ImmutableSandboxedEnvironment(autoescape=True, optimized=False, finalize=_not_before_rendering)
    environment.globals.clear()  # `range`, `lipsum` and the like: a task's text counts nothing and plays nothing
    try:
        tree = environment.parse(source)
        unknown = [*_unwanted(tree), *_unknown_variables(tree, environment), *_unknown_attributes(tree)]
        if unknown:
            raise ValueError("; ".join(unknown))
        environment.from_string(source)  # parsing leaves unknown filters and tests unseen, compiling finds them
    except TemplateSyntaxError as problem:
        raise ValueError(f"line {problem.lineno}: {problem.message}") from None
    return source


@pass_context
def _not_before_rendering(_context: Context, value: object) -> object:
    return value


def _unwanted(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(_UNWANTED):
        yield f"line {node.lineno}: {type(node).__name__.lower()} has no place in a task's text"


def _unknown_variables(tree: nodes.Template, environment: Environment) -> Iterator[str]:
    tracker = TrackingCodeGenerator(environment)  # `find_undeclared_variables` is this, with the optimizer
    tracker.optimizer = None
    tracker.visit(tree)
    for name in sorted(tracker.undeclared_identifiers - TEMPLATE_VARIABLES.keys()):
        yield _not_known(name, TEMPLATE_VARIABLES)


def _unknown_attributes(tree: nodes.Template) -> Iterator[str]:
    used = {
        (node.node.name, node.attr)
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name in TEMPLATE_VARIABLES
    }
    for variable, attribute in sorted(used):
        if attribute not in TEMPLATE_VARIABLES[variable]:
            yield _not_known(
                f"{variable}.{attribute}", [f"{variable}.{known}" for known in TEMPLATE_VARIABLES[variable]]
            )


def _not_known(name: str, known: Mapping[str, object] | list[str]) -> str:
    nearest = get_close_matches(name, known, n=1)
    advice = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(sorted(known)) or 'no attributes'}"
    return f"{name} is not a variable of this template; {advice}"
