"""Whether policies of a template allow an action, as IAM decides it within one account.

Deny beats Allow, and what nothing allows is denied. Intrinsic functions become ARNs of a made-up
account. Kept small on purpose: what the templates do not use, such as NotAction, is refused.
"""

import fnmatch
import re
from dataclasses import dataclass
from typing import Any

ACCOUNT = "123456789012"
REPOSITORY = "example/hospitality"


@dataclass(frozen=True)
class Request:
    """Who asks for what is not part of it: the policies are given along."""

    action: str
    resource: str
    context: dict[str, str]


class References:
    """What a template's Ref, GetAtt and Join stand for, once it is deployed."""

    def __init__(self, template: dict[str, Any], region: str, stack: str) -> None:
        self._resources = template["Resources"]
        self._stack = stack
        self._pseudo = {
            "AWS::Partition": "aws",
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": region,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackId": f"arn:aws:cloudformation:{region}:{ACCOUNT}:stack/{stack}/id",
            "Repository": REPOSITORY,
        }

    def text(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        ((function, argument),) = value.items()
        if function == "Ref":
            if argument in self._pseudo:
                return self._pseudo[argument]
            return self._named(argument, "")
        if function == "Fn::GetAtt":
            return self._named(argument[0], argument[1])
        if function == "Fn::Join":
            return argument[0].join(self.text(part) for part in argument[1])
        raise NotImplementedError(function)

    def _named(self, logical_id: str, attribute: str) -> str:
        """An ARN-like name by which table and templates mean the same."""
        suffix = ":*" if self._resources[logical_id]["Type"] == "AWS::Logs::LogGroup" else ""
        part = f".{attribute}" if "." in attribute else ""
        return f"arn:{logical_id_path(logical_id)}{part}{suffix}"


def logical_id_path(logical_id: str) -> str:
    """CDK's logical ids end with eight characters of a hash."""
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)


def statements(template: dict[str, Any], *logical_ids: str) -> list[dict[str, Any]]:
    """The statements of managed policies, and of roles with what is attached to them."""
    found: list[dict[str, Any]] = []
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if logical_id_path(logical_id) in logical_ids:
            documents = [properties.get("PolicyDocument", {"Statement": []})]
            documents += [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
            for document in documents:
                found += document["Statement"]
            attached = [
                logical_id_path(policy["Ref"]) for policy in properties.get("ManagedPolicyArns", [])
            ]
            if attached:
                found += statements(template, *attached)
        elif resource["Type"] == "AWS::IAM::Policy" and any(
            logical_id_path(role["Ref"]) in logical_ids for role in properties["Roles"]
        ):
            found += properties["PolicyDocument"]["Statement"]
    return found


def is_allowed(found: list[dict[str, Any]], request: Request, references: References) -> bool:
    effects = {s["Effect"] for s in found if _matches(s, request, references)}
    return effects == {"Allow"}


def _matches(statement: dict[str, Any], request: Request, references: References) -> bool:
    unknown = statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
    if unknown:
        raise NotImplementedError(unknown)
    actions = [action.lower() for action in _list(statement["Action"])]
    return (
        any(fnmatch.fnmatchcase(request.action.lower(), action) for action in actions)
        and any(
            _like(request.resource, references.text(resource))
            for resource in _list(statement["Resource"])
        )
        and all(
            _holds(operator, key, _list(values), request.context, references)
            for operator, condition in statement.get("Condition", {}).items()
            for key, values in condition.items()
        )
    )


def _holds(
    operator: str, key: str, values: list[Any], context: dict[str, str], references: References
) -> bool:
    if operator != "StringEquals":
        raise NotImplementedError(operator)
    return context.get(key) in [references.text(value) for value in values]


def _like(text: str, pattern: str) -> bool:
    """IAM's wildcards: `*` and `?`, and no brackets, unlike fnmatch's."""
    expression = "".join(
        {"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern
    )
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
