import boto3
import pytest

from intarsia.domain.errors import ConflictError
from intarsia.storage.secrets import SecretNotFoundError, SecretRecords, SecretValues


@pytest.fixture
def vault(aws):
    """The client of Secrets Manager."""
    return boto3.client("secretsmanager")


@pytest.fixture
def records(aws):
    return SecretRecords(boto3.client("dynamodb"), "table")


@pytest.fixture
def secrets(vault, records):
    return SecretValues(vault, "studio", records)


def kept(vault):
    """Names of all values in Secrets Manager."""
    return [each["Name"] for each in vault.list_secrets()["SecretList"]]


def test_a_value_is_kept_for_its_team_only_and_not_in_the_table(secrets, records, vault):
    secret = secrets.create("team", "FAL_KEY", "s3cr3t")

    assert secrets.get("team", "FAL_KEY") == "s3cr3t"
    assert kept(vault) == [f"studio/team/{secret.id}"]
    assert "s3cr3t" not in str(boto3.client("dynamodb").scan(TableName="table"))
    for team, name in (("other", "FAL_KEY"), ("team", "fal_key"), ("team", "NONE")):
        with pytest.raises(SecretNotFoundError, match=name):
            secrets.get(team, name)


def test_a_value_is_encrypted_with_the_key_that_is_named(secrets, records, vault):
    own = SecretValues(vault, "studio", records, key="arn:aws:kms:us-east-1:1:key/ours")
    ours, theirs = own.create("team", "A", "x"), secrets.create("team", "B", "x")

    assert [
        vault.describe_secret(SecretId=f"studio/team/{each.id}").get("KmsKeyId")
        for each in (ours, theirs)
    ] == ["arn:aws:kms:us-east-1:1:key/ours", None]


def test_a_name_is_a_teams_once_and_the_first_value_stays(secrets, vault):
    first = secrets.create("team", "A", "first")

    with pytest.raises(ConflictError, match="A secret with this name already exists in your team"):
        secrets.create("team", "A", "second")
    assert secrets.get("team", "A") == "first"
    assert kept(vault) == [f"studio/team/{first.id}"]
    assert secrets.create("other", "A", "theirs").id != first.id


def test_of_two_at_once_one_wins_and_the_other_leaves_nothing(secrets, records, vault, monkeypatch):
    create = vault.create_secret

    def overtaken(**arguments):
        # Both have seen that the name is free; the other one is done before we go on.
        monkeypatch.setattr(vault, "create_secret", create)
        secrets.create("team", "A", "two")
        return create(**arguments)

    monkeypatch.setattr(vault, "create_secret", overtaken)

    with pytest.raises(ConflictError):
        secrets.create("team", "A", "one")

    assert secrets.get("team", "A") == "two"
    assert kept(vault) == [f"studio/team/{records.find('team', 'A').id}"]


def test_a_crash_before_the_name_is_taken_does_not_block_it(secrets, records, monkeypatch):
    class PowerCutError(Exception):
        pass

    def cut(_):
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(records, "add", cut)
        with pytest.raises(PowerCutError):
            secrets.create("team", "A", "lost")

    secrets.create("team", "A", "kept")
    assert secrets.get("team", "A") == "kept"


def test_a_write_whose_answer_was_lost_is_not_taken_for_someone_elses(secrets, records):
    secret = secrets.create("team", "A", "value")

    assert records.add(secret)
    assert not records.add(secret.model_copy(update={"id": "B" * 26}))


def test_a_deleted_name_is_free_at_once_and_a_second_delete_leaves_the_new_one(secrets, vault):
    old = secrets.create("team", "A", "old")

    secrets.delete(old)
    with pytest.raises(SecretNotFoundError):
        secrets.get("team", "A")
    assert kept(vault) == []
    secrets.create("team", "A", "new")
    secrets.delete(old)
    assert secrets.get("team", "A") == "new"


def test_a_crash_while_deleting_leaves_no_value_and_can_be_finished(
    secrets, records, vault, monkeypatch
):
    secret = secrets.create("team", "A", "value")
    with monkeypatch.context() as patch:
        patch.setattr(records, "remove", lambda _: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            secrets.delete(secret)

    assert kept(vault) == []
    with pytest.raises(SecretNotFoundError, match="being deleted"):
        secrets.get("team", "A")
    secrets.delete(secret)
    assert records.list_by_team("team") == []


def test_a_list_has_the_teams_own_oldest_first(secrets, records):
    made = [secrets.create("team", name, "x") for name in ("b", "a", "c")]
    secrets.create("other", "d", "x")

    assert records.list_by_team("team") == made
