"""The table and the buckets: named, kept, private."""

import pytest

from intarsia.names import INDEX_ACTIVE, INDEX_BY_TEAM


@pytest.fixture
def table(template):
    return template.one("AWS::DynamoDB::Table")


def keys(schema):
    return [(key["AttributeName"], key["KeyType"]) for key in schema["KeySchema"]]


def test_table_has_a_name_of_its_own_and_string_keys(table):
    assert table["TableName"] == "studio"
    assert keys(table) == [("pk", "HASH"), ("sk", "RANGE")]
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_indexes_are_those_that_the_repositories_query(table):
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    assert keys(indexes.pop(INDEX_BY_TEAM)) == [("team", "HASH"), ("created", "RANGE")]
    assert keys(indexes.pop(INDEX_ACTIVE)) == [("active", "HASH"), ("created", "RANGE")]
    assert not indexes


def test_a_heartbeat_changes_nothing_in_the_index_of_what_is_active(table):
    """All renders share two of its partitions, each of 1,000 writes a second."""
    for index in table["GlobalSecondaryIndexes"]:
        if index["IndexName"] == INDEX_ACTIVE:
            assert index["Projection"]["ProjectionType"] == "INCLUDE"
            held = {*index["Projection"]["NonKeyAttributes"], *dict(keys(index))}
    assert held == {"active", "created", "team_id", "template_id", "font_ids"}


def test_items_expire_changes_stream_and_the_past_can_be_restored(table):
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_what_holds_data_outlives_the_stack(template, table):
    assert table["DeletionProtectionEnabled"] is True
    for kind, policy in {
        "AWS::DynamoDB::Table": "Retain",
        "AWS::S3::Bucket": "Retain",
        # Empty when a first deployment is rolled back, and the key would cost for ever.
        "AWS::ECR::Repository": "RetainExceptOnCreate",
        "AWS::KMS::Key": "RetainExceptOnCreate",
    }.items():
        assert template.all(kind)
        for resource in template.all(kind).values():
            assert resource["DeletionPolicy"] == policy
            assert resource["UpdateReplacePolicy"] == "Retain"


def test_buckets_are_private_and_encrypted(template):
    buckets = template.all("AWS::S3::Bucket")
    assert len(buckets) == 2
    for bucket in buckets.values():
        blocked = bucket["Properties"]["PublicAccessBlockConfiguration"]
        assert blocked == dict.fromkeys(
            ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"),
            True,
        )
        assert "BucketEncryption" in bucket["Properties"]


def test_buckets_refuse_plain_http(template):
    guarded = set()
    for policy in template.all("AWS::S3::BucketPolicy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}:
                assert statement["Effect"] == "Deny"
                guarded.add(policy["Properties"]["Bucket"]["Ref"])
    assert guarded == set(template.all("AWS::S3::Bucket"))


def test_uploads_are_announced_without_a_custom_resource(template):
    announcing = [
        name
        for name, bucket in template.all("AWS::S3::Bucket").items()
        if bucket["Properties"].get("NotificationConfiguration")
        == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    ]
    assert len(announcing) == 1
    assert not [
        each for each in template.body["Resources"].values() if each["Type"].startswith("Custom::")
    ]


def test_abandoned_uploads_are_cleared_away(template):
    for bucket in template.all("AWS::S3::Bucket").values():
        rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)


def expiring(template):
    """Days after which objects go, by prefix."""
    return {
        rule["Prefix"]: rule["ExpirationInDays"]
        for bucket in template.all("AWS::S3::Bucket").values()
        for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in rule
    }


def test_outputs_of_renders_go_only_when_the_operator_wants_it(template, small):
    assert expiring(template) == {"jobs/": 90, "pieces/": 7}
    assert expiring(small) == {"jobs/": 90, "pieces/": 7, "outputs/": 30}


def test_logs_are_kept_as_long_as_the_operator_wants(template, large):
    for stack, days in ((template, 30), (large, 90)):
        for group in stack.all("AWS::Logs::LogGroup").values():
            assert group["Properties"]["RetentionInDays"] == days
