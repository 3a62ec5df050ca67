"""The key of the teams' secrets: who may use it, and that nobody else can be let to."""

import pytest

ACCOUNT = "arn:aws:iam::123456789012:root"
VIA_SECRETS_MANAGER = {"StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}}


def listed(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture
def policy(template):
    """The key's policy: who (a role's logical id, or an ARN), which actions, on what condition."""
    statements = template.one("AWS::KMS::Key")["KeyPolicy"]["Statement"]
    assert {each["Effect"] for each in statements} == {"Allow"}
    return [
        (
            who if isinstance(who, str) else who["Fn::GetAtt"][0],
            {*listed(each["Action"])},
            each.get("Condition"),
        )
        for each in statements
        for who in listed(each["Principal"]["AWS"])
    ]


def test_the_key_changes_by_itself_and_has_a_name(template):
    key = template.id_of("AWS::KMS::Key", EnableKeyRotation=True)
    alias = template.one("AWS::KMS::Alias")
    assert alias["AliasName"] == "alias/studio/secrets"
    assert alias["TargetKeyId"] == {"Fn::GetAtt": [key, "Arn"]}


def test_only_who_makes_or_reads_secrets_may_use_the_key_and_only_for_them(template, policy):
    used = {who: (actions, condition) for who, actions, condition in policy if who != ACCOUNT}
    workers = {
        worker["Properties"]["TaskRoleArn"]["Fn::GetAtt"][0]
        for worker in template.all("AWS::ECS::TaskDefinition").values()
    }
    writer, webhooks = map(template.role_of_function, ("studio-api", "studio-webhooks"))
    assert used == {
        writer: ({"kms:GenerateDataKey", "kms:Decrypt"}, VIA_SECRETS_MANAGER),
        **dict.fromkeys(workers | {webhooks}, ({"kms:Decrypt"}, VIA_SECRETS_MANAGER)),
    }


def test_no_other_policy_of_the_account_can_let_anybody_decrypt(policy):
    """The account may keep the key; what uses it, or gives that away, is not in that."""
    (kept,) = [actions for who, actions, _ in policy if who == ACCOUNT]
    assert "kms:PutKeyPolicy" in kept, "a key that nobody can keep stays as it is for ever"
    assert not [action for action in kept if "*" in action]
    uses = ("Encrypt", "Decrypt", "ReEncrypt", "Generate", "Derive", "Sign", "CreateGrant")
    assert not [action for action in kept if action.removeprefix("kms:").startswith(uses)]


def test_who_makes_secrets_is_told_the_key(template):
    key = template.id_of("AWS::KMS::Key", EnableKeyRotation=True)
    function = template.one("AWS::Lambda::Function", FunctionName="studio-api")
    told = function["Environment"]["Variables"]["INTARSIA_SECRETS_KEY_ARN"]
    assert told == {"Fn::GetAtt": [key, "Arn"]}
