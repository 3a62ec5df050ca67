"""Creation of webhook rules' connections and API destinations by the emulator's API.

The emulator's CloudFormation does not create these two kinds of resources.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from intarsia.local.errors import DeployError

Clients = Callable[[str], Any]
"""Function of an AWS service's name, such as `events`, that returns its boto3 client."""
Template = dict[str, Any]
"""CloudFormation template, or a part of one."""

CONNECTION = "AWS::Events::Connection"
DESTINATION = "AWS::Events::ApiDestination"

_REFERENCE = re.compile(r"\{\{resolve:secretsmanager:(?P<id>.+):SecretString:(?P<key>\w+)::\}\}")
_ARN = "arn:aws:events:${AWS::Region}:${AWS::AccountId}:api-destination/"


def name_destinations(template: Template) -> bool:
    """Replace references to API destinations in a template by the ARNs they will have.

    The emulator will give the API destinations these ARNs. Changes `template` in place. Returns
    whether it has any API destination.
    """
    named = {
        logical_id: {"Fn::Sub": _ARN + resource["Properties"]["Name"]}
        for logical_id, resource in _of_type(template, DESTINATION).items()
    }
    template["Resources"] = _named(template["Resources"], named)
    return bool(named)


def connect(template: Template, clients: Clients) -> None:
    """Create or update the connections and API destinations of a CloudFormation template.

    Raises DeployError if the template refers to a secret, or to a key in a secret, that does not
    exist in the emulator.
    """
    events = clients("events")
    connections = {}
    for logical_id, resource in _of_type(template, CONNECTION).items():
        made = _resolved(resource["Properties"], clients("secretsmanager"))
        answer = _put(events.create_connection, events.update_connection, made)
        connections[logical_id] = answer["ConnectionArn"]
    for resource in _of_type(template, DESTINATION).values():
        connection = resource["Properties"]["ConnectionArn"]["Fn::GetAtt"][0]
        made = resource["Properties"] | {"ConnectionArn": connections[connection]}
        _put(events.create_api_destination, events.update_api_destination, made)


def _of_type(template: Template, kind: str) -> dict[str, Any]:
    resources = template["Resources"].items()
    return {name: resource for name, resource in resources if resource["Type"] == kind}


def _named(value: Any, named: dict[str, Any]) -> Any:
    match value:
        case {"Fn::GetAtt": [logical_id, "Arn"]} if logical_id in named:
            return named[logical_id]
        case dict():
            return {key: _named(item, named) for key, item in value.items()}
        case list():
            return [_named(item, named) for item in value]
        case _:
            return value


def _put(create: Callable[..., Any], update: Callable[..., Any], made: Template) -> Any:
    try:
        return create(**made)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
        return update(**made)


def _resolved(value: Any, secrets: Any) -> Any:
    """Return `value`, a resource's property, with references to secrets replaced by their values.

    `secrets` is a boto3 client of the emulator's Secrets Manager.
    """
    if isinstance(value, dict):
        return {key: _resolved(item, secrets) for key, item in value.items()}
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return _secret(found["id"], found["key"], secrets) if found else value


def _secret(secret: str, key: str, secrets: Any) -> str:
    try:
        content = json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])
    except secrets.exceptions.ResourceNotFoundException:
        raise DeployError(
            f'a webhook rule needs the secret "{secret}", which does not exist. Start without the '
            f"rule, create the secret (aws --endpoint-url {secrets.meta.endpoint_url} "
            f"secretsmanager create-secret --name {secret} --secret-string ...), and start again"
        ) from None
    except (KeyError, ValueError):
        content = None
    if not isinstance(content, dict) or key not in content:
        raise DeployError(f'the secret "{secret}" of a webhook rule has no key "{key}"')
    return str(content[key])
