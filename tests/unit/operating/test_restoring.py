import boto3
import pytest

from intarsia.domain.ids import new_id
from intarsia.domain.states import Status
from intarsia.operating.restoring import USUAL, Kind, restore
from intarsia.storage.attempts import AttemptRepository
from intarsia.storage.keys import KeyRepository

LOST, OWN = "restored", "table"


@pytest.fixture
def client(aws):
    client = boto3.client("dynamodb")
    described = client.describe_table(TableName=OWN)["Table"]
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in described["GlobalSecondaryIndexes"]
    ]
    client.create_table(
        TableName=LOST,
        KeySchema=described["KeySchema"],
        AttributeDefinitions=described["AttributeDefinitions"],
        GlobalSecondaryIndexes=indexes,
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def put(client, pk, **more):
    item = {"pk": {"S": pk}, "sk": {"S": "META"}} | {
        name: {"S": each} for name, each in more.items()
    }
    client.put_item(TableName=LOST, Item=item)


def keys_in(client, table):
    return {item["pk"]["S"] for item in client.scan(TableName=table)["Items"]}


def test_what_is_missing_comes_back_as_it_was(client, jobs, make_job):
    before = AttemptRepository(client, LOST)
    job = make_job(status=Status.FINISHED, spent={"a1_whole": 0.01})
    before.create([job])
    assert restore(client, LOST, OWN, USUAL) == {Kind.JOBS: 1}
    assert jobs.get(job.id) == job


def test_what_is_there_stays_as_it_is_and_a_second_time_does_nothing(client, jobs, make_job):
    job = make_job(status=Status.FINISHED)
    AttemptRepository(client, LOST).create([job.model_copy(update={"tags": ["old"]})])
    jobs.create([job])
    assert restore(client, LOST, OWN, USUAL) == {}
    assert jobs.get(job.id).tags == []


def test_lines_and_what_was_under_way_stay_away(client, make_job):
    AttemptRepository(client, LOST).create([make_job(), make_job(status=Status.RENDERING)])
    for key in ("ADMISSION#gpu", "WAITING#gpu#team", "TEAM#team#SOMETHING", f"XJOB#{new_id()}"):
        put(client, key)
    assert restore(client, LOST, OWN, list(Kind)) == {}
    assert keys_in(client, OWN) == set()


def test_every_other_kind_is_known(client):
    for key in ("TEMPLATE#1", "FONT#1", "TEAM#team#SECRETS", "BATCH#1"):
        put(client, key, status="x")
    copied = restore(client, LOST, OWN, USUAL)
    assert copied == dict.fromkeys((Kind.TEMPLATES, Kind.FONTS, Kind.SECRETS, Kind.BATCHES), 1)
    assert keys_in(client, OWN) == keys_in(client, LOST)


def test_a_revoked_key_opens_nothing_again_unless_it_is_asked_for(client):
    KeyRepository(client, LOST).add("token", "team", "leaked")
    own = KeyRepository(client, OWN)
    restore(client, LOST, OWN, USUAL)
    assert own.team_of("token") is None
    assert restore(client, LOST, OWN, [Kind.KEYS]) == {Kind.KEYS: 1}
    assert own.team_of("token") == "team"
