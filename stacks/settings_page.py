"""Generator of docs/configuration.md from the settings: `python -m stacks.settings_page`."""

import json
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from stacks.settings import (
    ApiSettings,
    GpuSettings,
    Installation,
    KeepingSettings,
    LinuxSettings,
    Settings,
    WatchSettings,
    WorkSettings,
)
from stacks.webhook_rule import WebhookRule

PARTS = (
    Installation,
    ApiSettings,
    GpuSettings,
    LinuxSettings,
    WorkSettings,
    KeepingSettings,
    WatchSettings,
)
SCHEMA = Settings.model_json_schema(by_alias=True)

HEAD = """# Configuration

Generated from [settings.py](../stacks/settings.py) by `make configuration`.

A setting is a value in the CDK's context. You can set it on the command line, under `context` in
`cdk.json`, or in a JSON file of your own. The command line takes precedence, then `cdk.json`:

```
cdk deploy -c configuration=examples/configurations/small.json
cdk deploy -c configuration=ours.json -c gpuMaxMachines=8
```

[deploy.md](deploy.md) defines the command `cdk`. Write a list as JSON or with commas, and an object
as JSON. An unknown setting or an invalid value is refused by name before anything is deployed.
[examples/configurations](../examples/configurations) contains three examples: `small` (previews
only, no GPU), `default` (all defaults), `large` (200 machines, Spot capacity, two versions of After
Effects).
"""


def page() -> str:
    """Return the content of docs/configuration.md."""
    parts = [HEAD, *(_part(part) for part in PARTS), _rules()]
    return "\n".join(parts)


def _part(part: type[BaseModel]) -> str:
    rows = [_row(name, part.model_fields[name]) for name in part.model_fields]
    title = (part.__doc__ or "").strip().rstrip(".")
    return "\n".join(
        [
            f"## {title}",
            "",
            "| setting | default | valid values | description |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(name: str, field: FieldInfo) -> str:
    key = Settings.model_fields[name].alias or name
    default = "" if field.default in ("", [], {}) else f"`{_written(field.default)}`"
    return f"| `{key}` | {default} | {_range(SCHEMA['properties'][key])} | {field.description} |"


def _rules() -> str:
    schema = WebhookRule.model_json_schema(by_alias=True)
    rows = []
    for name, field in WebhookRule.model_fields.items():
        key = field.alias or name
        required = field.is_required()
        default = (
            "required" if required else f"`{_written(field.default)}`" if field.default else ""
        )
        rows.append(
            f"| `{key}` | {default} | {_range(schema['properties'][key])} | {field.description} |"
        )
    return "\n".join(
        [
            "## A rule in `webhookRules`",
            "",
            "| key | default | valid values | description |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _range(schema: dict[str, Any]) -> str:
    """Return a short description of the values that a property's JSON schema allows."""
    if "enum" in schema:
        return ", ".join(f"`{_written(each)}`" for each in schema["enum"])
    if "minimum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    if schema["type"] == "array":
        return "list" if "$ref" in schema["items"] else f"list of {_range(schema['items'])}"
    if schema["type"] == "boolean":
        return "`true`, `false`"
    return {"object": "object", "string": "text"}[schema["type"]]


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


if __name__ == "__main__":
    print(page(), end="")
