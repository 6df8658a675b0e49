"""The fields of a YAML file, taken out one by one and checked."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class EnvironmentFileError(Exception):
    """A file that describes no environment, with the reason for people."""


class Fields:
    """The keys of one mapping in a file. Each must be asked for; what is left is unknown."""

    def __init__(self, file: Path, path: str, content: Any) -> None:
        self._file, self._path = file, path
        if not isinstance(content, dict):
            raise EnvironmentFileError(
                f"{file}: {path or 'the file'} must be a mapping of fields to values"
            )
        self._content = dict(content)

    def fail(self, key: str, allowed: str, value: Any) -> EnvironmentFileError:
        # A value can be of any length, and can hold what breaks a terminal.
        shown = repr(value)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        return EnvironmentFileError(
            f"{self._file}: {self._path}{key} must be {allowed}; it is {shown}"
        )

    def take(self, key: str, allowed: str, accept: Callable[[Any], bool]) -> Any:
        if key not in self._content:
            raise EnvironmentFileError(
                f"{self._file}: {self._path}{key} is missing; it must be {allowed}"
            )
        value = self._content.pop(key)
        if not accept(value):
            raise self.fail(key, allowed, value)
        return value

    def optional(self, key: str, allowed: str, accept: Callable[[Any], bool]) -> Any:
        if self._content.get(key) is None:
            self._content.pop(key, None)
            return None
        return self.take(key, allowed, accept)

    def section(self, key: str) -> "Fields":
        return Fields(self._file, f"{self._path}{key}.", self._content.pop(key, None))

    def integer(self, key: str, lowest: int, highest: int) -> int:
        value: int = self.take(
            key,
            f"a whole number from {lowest} to {highest}",
            lambda value: type(value) is int and lowest <= value <= highest,
        )
        return value

    def one_of(self, key: str, choices: tuple[T, ...]) -> T:
        value: T = self.take(
            key,
            "one of " + ", ".join(map(str, choices)),
            lambda value: type(value) is type(choices[0]) and value in choices,
        )
        return value

    def matching(self, key: str, allowed: str, pattern: str) -> str:
        value: str = self.take(key, allowed, matches(pattern))
        return value

    def texts(self, key: str, allowed: str, accept: Callable[[str], bool]) -> tuple[str, ...]:
        return tuple(
            self.take(
                key,
                allowed,
                lambda value: isinstance(value, list)
                and len(set(map(repr, value))) == len(value)
                and all(isinstance(item, str) and accept(item) for item in value),
            )
        )

    def done(self) -> None:
        for key in self._content:
            raise EnvironmentFileError(f"{self._file}: {self._path}{str(key)[:60]!r} is unknown")


def matches(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None
