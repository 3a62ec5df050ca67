import boto3
from typer.testing import CliRunner

from intarsia.cli.main import app
from intarsia.storage.keys import KeyRepository


def test_a_key_is_printed_once_and_lets_its_team_in(aws):
    result = CliRunner().invoke(app, ["keys", "create", "--table", "table", "--team", "studio"])

    assert result.exit_code == 0, result.output
    token = result.output.strip()
    assert KeyRepository(boto3.client("dynamodb"), "table").team_of(token) == "studio"
