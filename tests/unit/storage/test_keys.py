import boto3

from intarsia.storage.keys import KeyRepository, new_token


def test_a_token_stands_for_its_team_and_is_nowhere_in_the_table(aws):
    client = boto3.client("dynamodb")
    keys = KeyRepository(client, "table")
    token = new_token()

    keys.add(token, "team", "laptop")

    assert keys.team_of(token) == "team"
    assert keys.team_of(token + "x") is None
    assert token not in str(client.scan(TableName="table")["Items"])
    assert len({new_token() for _ in range(100)}) == 100
