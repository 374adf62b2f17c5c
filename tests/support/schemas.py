"""
What CI systems demand of the files we write, in the words of JSON Schema.

SARIF: the parts of OASIS's schema for 2.1.0 that memprof writes, transcribed;
stricter, since what is not written here may not be written at all.  GitLab:
its documentation of Code Quality reports.
"""

from typing import Any

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:  # noqa: ANN401  (schemas)
    """Return the schema of an object that has no other properties."""
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


_MESSAGE = _object(["text"], text=_TEXT)
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_REGION = _object(["startLine"], startLine={"type": "integer", "minimum": 1})
_PHYSICAL = _object(
    ["artifactLocation", "region"],
    artifactLocation=_object(["uri"], uri={"type": "string", "format": "uri-reference"}),
    region=_REGION,
)
_RESULT = _object(
    ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=_LEVEL,
    message=_MESSAGE,
    locations={
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": _object(["physicalLocation"], physicalLocation=_PHYSICAL),
    },
    partialFingerprints={
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": "string"},
    },
)
_RULE = _object(
    ["id", "shortDescription", "defaultConfiguration"],
    id=_TEXT,
    shortDescription=_MESSAGE,
    defaultConfiguration=_object(["level"], level=_LEVEL),
)
_DRIVER = _object(
    ["name", "semanticVersion", "rules"],
    name=_TEXT,
    semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+([-+].+)?$"},
    rules={"type": "array", "uniqueItems": True, "items": _RULE},
)
_NOTIFICATION = _object(["message", "level"], message=_MESSAGE, level=_LEVEL)
_INVOCATION = _object(
    ["executionSuccessful", "exitCode", "toolExecutionNotifications"],
    executionSuccessful={"type": "boolean"},
    exitCode={"type": "integer"},
    toolExecutionNotifications={"type": "array", "uniqueItems": False, "items": _NOTIFICATION},
)
_RUN = _object(
    ["tool", "invocations", "columnKind", "results"],
    tool=_object(["driver"], driver=_DRIVER),
    invocations={"type": "array", "items": _INVOCATION},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "maxItems": 25_000, "items": _RESULT},
)
SARIF = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_object(
        ["$schema", "version", "runs"],
        **{"$schema": {"type": "string", "format": "uri"}},
        version={"enum": ["2.1.0"]},
        runs={"type": "array", "minItems": 1, "items": _RUN},
    ),
}

GITLAB = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "array",
    "items": _object(
        ["description", "check_name", "fingerprint", "severity", "location"],
        description=_TEXT,
        check_name=_TEXT,
        fingerprint={"type": "string", "pattern": "^[0-9a-f]{64}$"},
        severity={"enum": ["info", "minor", "major", "critical", "blocker"]},
        location=_object(
            ["path", "lines"],
            path={"type": "string", "minLength": 1, "pattern": "^(?!/)(?!\\./)"},
            lines=_object(["begin"], begin={"type": "integer", "minimum": 1}),
        ),
    ),
}
