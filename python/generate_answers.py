"""Write `python/kofn/_answers.py` from the JSON schemas in `docs/schema`.

There is a class for each object of the schemas, with a property for each field. Run it after
changing a schema: `python python/generate_answers.py`. `--check` says whether the file is current.
"""

from __future__ import annotations

import argparse
import json
import keyword
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "python" / "kofn" / "_answers.py"

# Schemas of the answers that Python returns, and the names of their classes.
ANSWERS = {
    "assess": "Assessment",
    "simulate": "Simulation",
    "simulate-rare": "RareSimulation",
    "check": "Check",
    "compare": "ScenarioComparison",
    "sweep": "SweepCell",
    "plan": "PlanAnswer",
    "plan-steps": "MarginAnswer",
    "plan-logs": "LogPlan",
    "fit": "FitAnswer",
    "replay": "ReplayAnswer",
    "compare-logs": "CompareAnswer",
    "merge-missing": "MissingParts",
    "schemes": "SchemesAnswer",
}

# Objects with handwritten classes.
OWN = {"Scenario": "Scenario", "Interval": "Interval"}

HEADER = '''"""Typed answers, generated from the JSON schemas by `python/generate_answers.py`."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any, Literal

from ._answer import Answer, Interval, each, optional
from ._scenario import Scenario

'''


def main() -> None:
    """Write the file, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if the file is not up to date")
    check = parser.parse_args().check
    text = generated()
    if check and TARGET.read_text() != text:
        sys.exit(f"{TARGET.name} is not up to date: run python python/generate_answers.py")
    if not check:
        TARGET.write_text(text)


def generated() -> str:
    """Return the text of the file."""
    objects: dict[str, dict[str, Any]] = {}
    for schema, name in ANSWERS.items():
        root = json.loads((ROOT / "docs" / "schema" / f"{schema}.json").read_text())
        for key, value in {name: root, **root.get("$defs", {})}.items():
            known = objects.setdefault(key, value)
            if key not in OWN and known.get("properties") != value.get("properties"):
                sys.exit(f"two schemas have different objects called {key}")
    words = {key: value for key, value in objects.items() if words_of(value) is not None}
    classes = {
        key: value
        for key, value in objects.items()
        if key not in OWN and key not in words and "properties" in value
    }
    parts = [word_type(name, value) for name, value in sorted(words.items())]
    parts += [class_of(name, value, objects) for name, value in sorted(classes.items())]
    names = ",\n".join(f'    "{name}"' for name in sorted([*words, *classes]))
    return HEADER + f"__all__ = [\n{names},\n]\n\n" + "\n\n".join(parts)


def words_of(schema: dict[str, Any]) -> list[str] | None:
    """Return the words that a value may be, if it is one of some words."""
    if "enum" in schema:
        return [str(word) for word in schema["enum"]]
    if "oneOf" in schema and all("const" in one or "enum" in one for one in schema["oneOf"]):
        return [w for one in schema["oneOf"] for w in (one.get("enum") or [one["const"]])]
    return None


def word_type(name: str, schema: dict[str, Any]) -> str:
    """Return the line of a type of some words."""
    words = ", ".join(f'"{word}"' for word in words_of(schema) or [])
    return f"{name} = Literal[{words}]\n{docstring(schema, '')}"


def class_of(name: str, schema: dict[str, Any], objects: dict[str, dict[str, Any]]) -> str:
    """Return the class of an object."""
    lines = [f"class {name}(Answer):", docstring(schema, "    "), "    __slots__ = ()"]
    required = set(schema.get("required", []))
    for field, value in schema["properties"].items():
        hint, convert = type_of(value, objects)
        source = f'self._value["{field}"]' if field in required else f'self._value.get("{field}")'
        if field not in required and not hint.endswith("None") and hint != "Any":
            hint, convert = f"{hint} | None", wrapped_optional(convert)
        python = f"{field}_" if keyword.iskeyword(field) else field
        lines += [
            "",
            "    @property",
            f"    def {python}(self) -> {hint}:",
            docstring(value, "        "),
            f"        return {convert(source)}",
        ]
    return "\n".join(lines) + "\n"


def plain(source: str) -> str:
    """Return a value as it is."""
    return source


def wrapped_optional(convert: Any) -> Any:
    """Return the conversion of a value that may be None."""
    if convert is plain:
        return plain
    return lambda source: f"optional({source}, {as_function(convert)})"


def as_function(convert: Any) -> str:
    """Return a conversion as a function of one value."""
    text = convert("value")
    match = re.fullmatch(r"([\w.]+)\(value\)", text)
    return match.group(1) if match else f"lambda value: {text}"


def type_of(schema: dict[str, Any], objects: dict[str, dict[str, Any]]) -> tuple[str, Any]:
    """Return the type of a value, and how it is made from JSON."""
    if "$ref" in schema:
        return reference(schema["$ref"].rsplit("/", 1)[1], objects)
    if "anyOf" in schema:
        some = [type_of(one, objects) for one in schema["anyOf"] if one.get("type") != "null"]
        if len(some) > 1:
            return " | ".join(dict.fromkeys(hint for hint, _ in some)), plain
        [(hint, convert)] = some
        return f"{hint} | None", wrapped_optional(convert)
    if (words := words_of(schema)) is not None:
        return f"Literal[{', '.join(repr(word) for word in words)}]", plain
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    named = [kind for kind in kinds if kind != "null"]
    if len(named) > 1:
        simple = {"integer": "int", "number": "float", "string": "str", "boolean": "bool"}
        hint, convert = " | ".join(simple[kind] for kind in named), plain
    elif not named:
        return "Any", plain
    else:
        hint, convert = typed(named[0], schema, objects)
    if "null" in kinds:
        return f"{hint} | None", wrapped_optional(convert)
    return hint, convert


def typed(kind: str, schema: dict[str, Any], objects: dict[str, dict[str, Any]]) -> tuple[str, Any]:
    """Return the type of a value of one kind."""
    simple = {"integer": "int", "number": "float", "string": "str", "boolean": "bool"}
    if kind in simple:
        return simple[kind], plain
    if kind == "array":
        if "prefixItems" in schema:
            hints = [type_of(item, objects)[0] for item in schema["prefixItems"]]
            return f"tuple[{', '.join(hints)}]", lambda source: f"tuple({source})"
        hint, convert = type_of(schema["items"], objects)
        if convert is plain:
            return f"tuple[{hint}, ...]", lambda source: f"tuple({source})"
        return f"tuple[{hint}, ...]", lambda source: f"each({source}, {as_function(convert)})"
    if kind == "object":
        values = schema.get("additionalProperties")
        if isinstance(values, dict):
            hint, convert = type_of(values, objects)
            return f"dict[str, {hint}]", lambda source: f"dict({source})"
        return "Any", plain
    sys.exit(f"unknown kind {kind}")


def reference(name: str, objects: dict[str, dict[str, Any]]) -> tuple[str, Any]:
    """Return the type of an object that has a name."""
    if name == "Scenario":
        return "Scenario", lambda source: f"Scenario.from_dict({source})"
    if name == "Interval":
        return "Interval", lambda source: f"Interval(*{source})"
    schema = objects[name]
    if words_of(schema) is not None:
        return name, plain
    if "properties" in schema:
        return name, lambda source: f"{name}({source})"
    return type_of(schema, objects)


def docstring(schema: dict[str, Any], indent: str) -> str:
    """Return the description as a docstring."""
    text = schema.get("description", "").strip()
    text = re.sub(r"\[`([^`]*)`\](\([^)]*\))?", r"`\1`", text).replace("\\", "\\\\")
    first, *rest = [" ".join(part.split()) for part in text.split("\n\n")]
    first = first or "No description."
    wrap = lambda part: textwrap.fill(part, 98 - len(indent))  # noqa: E731
    body = "\n\n".join([wrap(first), *map(wrap, rest)])
    if "\n" in body or len(body) + len(indent) > 92:
        return textwrap.indent(f'"""{body}\n"""', indent)
    return f'{indent}"""{body}"""'


if __name__ == "__main__":
    main()
