"""YAML as the configuration uses it: one mapping of plain values, nothing that can surprise or explode.

Refused: aliases (the stuff of YAML bombs), duplicate keys (the last would silently win), tags, deep nesting,
more than a megabyte, anything but UTF-8.
"""

from __future__ import annotations

from collections.abc import Hashable

import yaml

SIZE_LIMIT = 1_000_000  # bytes; the commented default file has about 8,000
_DEPTH_LIMIT = 20  # the configuration nests five deep; the composer recurses, so depth is the stack


class YamlProblem(ValueError):
    """The text cannot be read; `lines` say where and why."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read_mapping(content: bytes) -> dict[str, object]:
    """Return the one mapping that `content` holds, with text for keys, or raise YamlProblem."""
    if len(content) > SIZE_LIMIT:
        raise YamlProblem(f"longer than {SIZE_LIMIT} bytes; this is not the configuration")
    try:
        document = _load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise YamlProblem(f"line {line}: not UTF-8; save the file as UTF-8") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise YamlProblem("must hold keys and values at the top, such as `locale: pt_BR`")
    return document


def _load(text: str) -> object:
    loader: _Loader | None = None
    try:
        loader = _Loader(text)  # the reader refuses control characters here already
        document: object = loader.get_single_data()
        if loader.duplicates:
            raise YamlProblem(*loader.duplicates)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise YamlProblem(f"{where}{problem.problem or problem.context}") from None
    except yaml.reader.ReaderError as problem:
        line = text[: int(problem.position)].count("\n") + 1
        raise YamlProblem(f"line {line}: holds the control character U+{_code(problem):04X}; remove it") from None
    finally:
        if loader is not None:
            loader.dispose()
    return document


def _code(problem: yaml.reader.ReaderError) -> int:
    character: object = problem.character
    return ord(character) if isinstance(character, str) else int(str(character))


class _Loader(yaml.SafeLoader):
    """Read plain values, and stop at what the module's docstring refuses."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.duplicates: list[str] = []

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise self._refusal("aliases (*name) are not used here")
        if getattr(self.peek_event(), "tag", None):  # type: ignore[no-untyped-call]  # untyped in PyYAML's stubs
            raise self._refusal("tags (!name) are not used here")
        self.depth += 1
        if self.depth > _DEPTH_LIMIT:
            raise self._refusal("nested too deep")
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _refusal(self, reason: str) -> yaml.MarkedYAMLError:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # untyped in PyYAML's stubs
        return yaml.composer.ComposerError(None, None, reason, mark)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:  # noqa: FBT001, FBT002 - PyYAML's own signature
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as problem:  # a number of 5,000 digits, the 31st of February
            raise yaml.constructor.ConstructorError(None, None, f"not a value: {problem}", node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        self._note_duplicates(node)
        return super().construct_mapping(node, deep=deep)

    def _note_duplicates(self, node: yaml.MappingNode) -> None:
        first_lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:null":
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key.start_mark)
            line = key.start_mark.line + 1
            if key.value in first_lines:
                already = f"{key.value} was given in line {first_lines[key.value]} already"
                self.duplicates.append(f"line {line}: {already}; keep one")
            first_lines.setdefault(key.value, line)
