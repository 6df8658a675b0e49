"""Reads a YAML file that people wrote, without what would be taken for something else."""

from pathlib import Path
from typing import Any

import yaml

from .fields import EnvironmentFileError


def read_yaml(file: Path) -> Any:
    """What a file says; whatever is wrong with it is told in one sentence."""
    try:
        # A byte order mark, NUL and the like are refused by the reader.
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise EnvironmentFileError(f"{file}: line {line}: {error.problem}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise EnvironmentFileError(f"{file}: cannot be read: {reason}") from error


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, whose first value would be lost without a word, and
    aliases, by which a short file can become an endless value."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"the key {key.value[:60]!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else None)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (AttributeError, LookupError, ValueError) as error:
            # Values that only look like a date or a number, which PyYAML does not expect.
            problem = f"it is no value of the kind {node.tag}"
            raise yaml.constructor.ConstructorError(
                None, None, problem, node.start_mark
            ) from error
