"""Which requests reach the emulator: attacks by whoever knows its port, and what has to work."""

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import boto3
import httpx
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as Keys

from intarsia.local.emulator import Emulator
from intarsia.local.plain_http import NO_CERTIFICATES

BUCKET, KEY = "intarsia-of-others", "templates/other-team/project.aep"
FRONT_PORT = 48090
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
ROOT_ALIASES = ("test", "", "000000000000", "123456789012", "AKIAIOSFODNN7EXAMPLE")
"""MiniStack's own names for root, and a well-formed key that nobody has."""

SCOPE = "20261201/us-east-1/s3/aws4_request"

REFUSED = {400, 401, 403}
"""DynamoDB, Step Functions and others of AWS answer 400 to whom they do not know."""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    home = tmp_path_factory.mktemp("gate")
    # What the user's shell says of credentials must not make another root.
    emulator = Emulator(home / "state", home / "emulator.log", front_port=FRONT_PORT)
    emulator.start()
    s3 = emulator.clients("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"a project of another team")
    emulator.clients("dynamodb").create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield emulator
    emulator.stop()


TELLS = """
import json, os
def handler(event, _context):
    return {"statusCode": 200, "body": json.dumps({"event": event, "variables": dict(os.environ)})}
"""


@pytest.fixture(scope="module")
def function(emulator: Emulator, trust: Any, zipped: Any) -> str:
    """Name of a function with the API's source."""
    role = emulator.clients("iam").create_role(
        RoleName="api", AssumeRolePolicyDocument=trust("lambda")
    )["Role"]["Arn"]
    emulator.clients("lambda").create_function(
        FunctionName="api",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": zipped(TELLS)},
    )
    return "api"


@pytest.fixture
def http(emulator: Emulator) -> Iterator[httpx.Client]:
    endpoint = emulator.endpoint
    with httpx.Client(base_url=endpoint, trust_env=False, verify=NO_CERTIFICATES) as client:
        yield client


def _client(emulator: Emulator, service: str, keys: dict[str, str]) -> Any:
    return boto3.client(
        service,
        endpoint_url=emulator.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys.get("AWS_SESSION_TOKEN"),
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


def _alias(key: str) -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "test"}


def _link(emulator: Emulator, keys: dict[str, str], method: str = "get_object") -> str:
    s3 = _client(emulator, "s3", keys)
    url: str = s3.generate_presigned_url(method, Params={"Bucket": BUCKET, "Key": KEY})
    return url


# What was proven with ordinary jobs of a second team.


@pytest.mark.parametrize("key", ["test", "000000000000", "123456789012"])
def test_a_link_signed_with_a_well_known_key_reads_no_other_teams_project(
    emulator: Emulator, http: httpx.Client, key: str
) -> None:
    answer = http.get(_link(emulator, _alias(key)))
    assert answer.status_code == 403
    assert b"another team" not in answer.content


def test_nobody_downloads_the_source_of_a_function(
    emulator: Emulator, http: httpx.Client, function: str
) -> None:
    for path in (function, f"000000000000/us-east-1/{function}"):
        assert http.get(f"/_ministack/lambda-code/{path}").status_code == 403


def test_a_post_with_forged_headers_puts_no_key_into_the_table(
    emulator: Emulator, http: httpx.Client
) -> None:
    forged = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20261201/us-east-1/dynamodb/aws4_request"
        ", SignedHeaders=host, Signature=0",
        "X-Amz-Target": "DynamoDB_20120810.PutItem",
    }
    item = {"TableName": "table", "Item": {"pk": {"S": "KEY#forged"}}}
    assert http.post("/", headers=forged, json=item).status_code in REFUSED
    assert emulator.clients("dynamodb").scan(TableName="table")["Items"] == []


def test_a_reset_erases_nothing(emulator: Emulator, http: httpx.Client) -> None:
    assert http.post("/_ministack/reset").status_code == 403
    assert emulator.clients("s3").head_object(Bucket=BUCKET, Key=KEY)


# Who is nobody.

CALLS = {
    "dynamodb": ("list_tables", {}),  # JSON
    "sqs": ("list_queues", {}),
    "sts": ("get_caller_identity", {}),  # query
    "cloudformation": ("list_stacks", {}),
    "s3": ("list_buckets", {}),  # REST and XML
    "lambda": ("list_functions", {}),  # REST and JSON
    "cloudwatch": ("list_metrics", {}),  # CBOR
    "secretsmanager": ("list_secrets", {}),
    "stepfunctions": ("list_state_machines", {}),
}


@pytest.mark.parametrize("key", [key for key in ROOT_ALIASES if key])
@pytest.mark.parametrize("service", CALLS)
def test_no_alias_of_root_is_anybody(emulator: Emulator, service: str, key: str) -> None:
    name, request = CALLS[service]
    call = getattr(_client(emulator, service, _alias(key)), name)
    with pytest.raises(boto3.exceptions.botocore.exceptions.ClientError) as refused:
        call(**request)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in REFUSED


@pytest.mark.parametrize("service", CALLS)
def test_the_operators_key_id_is_worth_nothing_with_another_secret(
    emulator: Emulator, service: str
) -> None:
    keys = emulator.credentials.operator
    name, request = CALLS[service]
    getattr(_client(emulator, service, keys), name)(**request)
    wrong = keys | {"AWS_SECRET_ACCESS_KEY": "test"}
    with pytest.raises(boto3.exceptions.botocore.exceptions.ClientError):
        getattr(_client(emulator, service, wrong), name)(**request)


REQUESTS = {
    "s3": ("GET", f"/{BUCKET}/{KEY}", {}, b""),
    "json": ("POST", "/", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}, b"{}"),
    "query": (
        "POST", "/", {"Content-Type": "application/x-www-form-urlencoded"},
        b"Action=ListUsers&Version=2010-05-08",
    ),
    "rest": ("GET", "/2015-03-31/functions", {}, b""),
    "cbor": (
        "POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics",
        {"Smithy-Protocol": "rpc-v2-cbor"}, b"\xa0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("protocol", REQUESTS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "AWS4-HMAC-SHA256",
        f"AWS4-HMAC-SHA256 Credential=/{SCOPE}, SignedHeaders=host, Signature=0",
        "AWS test:c2lnbmF0dXJl",
        f"AWS4-ECDSA-P256-SHA256 Credential=test/{SCOPE}, SignedHeaders=host, Signature=0",
        "Bearer x",
        "Basic dGVzdDp0ZXN0",
    ],
)
def test_a_request_without_a_signature_of_version_4_is_refused(
    http: httpx.Client, protocol: str, authorization: str | None
) -> None:
    method, path, headers, body = REQUESTS[protocol]
    more = {} if authorization is None else {"Authorization": authorization}
    answer = http.request(method, path, headers=headers | more, content=body)
    assert answer.status_code in REFUSED
    assert b"another team" not in answer.content


# What a signature covers.


@pytest.fixture
def signed(emulator: Emulator, http: httpx.Client) -> Any:
    """`signed(change)`: sends a request of the operator's that was changed after its signing."""

    def send(
        *,
        service: str = "dynamodb",
        region: str = "us-east-1",
        body: bytes = b"{}",
        sent: bytes | None = None,
        path: str = "/",
        method: str = "POST",
        **changes: str,
    ) -> httpx.Response:
        operator = emulator.credentials.operator
        keys = Keys(operator["AWS_ACCESS_KEY_ID"], operator["AWS_SECRET_ACCESS_KEY"])
        request = AWSRequest(
            method,
            f"{emulator.endpoint}{path}",
            headers={
                "Host": urlsplit(emulator.endpoint).netloc,
                "X-Amz-Target": "DynamoDB_20120810.ListTables",
                "X-Amz-Content-Sha256": hashlib.sha256(body).hexdigest(),
            },
            data=body,
        )
        SigV4Auth(keys, service, region).add_auth(request)
        headers = dict(request.headers) | {
            name.replace("_", "-"): value for name, value in changes.items()
        }
        return http.request(method, path, headers=headers, content=body if sent is None else sent)

    return send


@pytest.mark.parametrize(
    "change",
    [
        {"sent": b'{"Limit": 1}'},
        {"X_Amz_Target": "DynamoDB_20120810.DeleteTable"},
        {"X_Amz_Date": "20200101T000000Z"},
        {"X_Amz_Security_Token": "x"},
        {"X_Amz_Unsigned": "x"},
        {"X_Amz_Content_Sha256": "UNSIGNED-PAYLOAD"},
        {"region": "eu-central-1"},
        {"path": "/_ministack/config"},
        {"path": "/_aws/execute-api/x/$default/api/v2/jobs"},
        {"path": "/?X-Amz-Credential=test/20261201/us-east-1/s3/aws4_request"},
    ],
    ids=lambda change: next(iter(change.items()))[0] + str(next(iter(change.values())))[:12],
)
def test_a_request_changed_after_its_signing_is_refused(
    signed: Any, change: dict[str, Any]
) -> None:
    assert signed().status_code == 200
    assert signed(**change).status_code in REFUSED


def test_a_request_signed_long_ago_is_refused(signed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore import auth, compat

    long_ago = compat.datetime.datetime(2026, 1, 1)
    monkeypatch.setattr(auth, "get_current_datetime", lambda **_: long_ago)
    answer = signed()
    assert answer.status_code in REFUSED
    assert "RequestTimeTooSkewed" in answer.text or "InvalidSignature" in answer.text


# Links to objects.


def test_a_link_is_good_for_its_own_request_only(emulator: Emulator, http: httpx.Client) -> None:
    link = _link(emulator, emulator.credentials.operator)
    assert http.get(link).content == b"a project of another team"
    parts = urlsplit(link)
    query = dict(parse_qsl(parts.query))

    def changed(path: str = parts.path, **more: str) -> str:
        return urlunsplit(parts._replace(path=path, query=urlencode(query | more)))

    assert http.put(link, content=b"x").status_code == 403
    assert http.delete(link).status_code == 403
    assert http.get(changed(f"/{BUCKET}/other")).status_code == 403
    assert http.get(changed("/_ministack/reset")).status_code == 403
    assert http.get(changed(**{"X-Amz-Expires": "604800"})).status_code == 403
    assert http.get(changed(versionId="1")).status_code == 403
    assert http.get(f"{link}&X-Amz-Signature=0").status_code == 403
    assert http.get(link, headers={"Authorization": "Bearer x"}).status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        {"X-Amz-Copy-Source": f"/{BUCKET}/{KEY}"},
        {"X-Amz-Target": "DynamoDB_20120810.ListTables"},
        {"X-Amz-Acl": "public-read"},
    ],
    ids=lambda header: next(iter(header)),
)
def test_an_upload_link_cannot_be_made_another_request_by_a_header_that_nobody_signed(
    emulator: Emulator, http: httpx.Client, header: dict[str, str]
) -> None:
    s3 = emulator.clients("s3")
    target = {"Bucket": BUCKET, "Key": "templates/mine/upload"}
    link = s3.generate_presigned_url("put_object", Params=target)
    answer = http.put(link, headers=header)
    assert answer.status_code == 403
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix="templates/mine/")
    assert http.put(link, content=b"mine").status_code == 200
    assert s3.get_object(**target)["Body"].read() == b"mine"
    s3.delete_object(**target)


def test_a_link_ends(emulator: Emulator, http: httpx.Client, wait_for: Any) -> None:
    params = {"Bucket": BUCKET, "Key": KEY}
    link = emulator.clients("s3").generate_presigned_url("get_object", Params=params, ExpiresIn=1)
    ended = wait_for(lambda: (answer := http.get(link)).status_code == 403 and answer, "its end")
    assert "Request has expired" in ended.text


# Doors without a key.


@pytest.fixture(scope="module")
def its_own() -> set[str]:
    """Every path that MiniStack's source names and that belongs to no service of AWS."""
    spec = importlib.util.find_spec("ministack")
    assert spec is not None
    assert spec.origin is not None
    found: set[str] = set()
    for file in Path(spec.origin).parent.rglob("*.py"):
        named = re.findall(r"(?<![\w/.*])/_[a-z]+/[a-z0-9._/-]*", file.read_text(encoding="utf-8"))
        found |= {path.rstrip(".") for path in named}
    return found


KNOWN = {
    "/_alb/",
    "/_aws/execute-api/", "/_aws/lambda-url/", "/_localstack/", "/_localstack/health",
    "/_ministack/cfn-response/", "/_ministack/cfn-signal/", "/_ministack/config",
    "/_ministack/elasticache/ca.pem", "/_ministack/eks-auth/", "/_ministack/health",
    "/_ministack/iot/ca.pem", "/_ministack/lambda-code/", "/_ministack/lambda-layers/",
    "/_ministack/rds/ca.pem", "/_ministack/rds/iam-auth", "/_ministack/ready",
    "/_ministack/reset", "/_ministack/ses/messages", "/_ministack/sns/sms-messages",
    "/_ministack/sqs/messages", "/_ministack/transfer/sftp-ports",
}  # fmt: skip

ELSEWHERE = {
    "/health", "/latest/meta-data/iam/security-credentials/", "/latest/user-data",
    "/v2/credentials/x", "/v3/x/task", "/v4/x", "/oauth2/authorize", "/oauth2/token",
    "/oauth2/userInfo", "/login", "/logout", "/us-east-1_pool/.well-known/jwks.json",
    "/us-east-1_pool/.well-known/openid-configuration", "/v2/", "/v2/_catalog",
    "/iceberg/v1/config",
    "/v20180820/mrap/instances", "/WriteGetObjectResponse", "/graphql", "/event", "/_alb/x",
    "/restapis/x/prod/_user_request_/jobs", "/2015-03-31/functions/api/invocations",
    "/?Action=Unsubscribe&SubscriptionArn=x", "/?Action=ConfirmSubscription&Token=x",
    "/?Action=GetCallerIdentity&Version=2011-06-15", "/Execute", "/v2/email/outbound-emails",
    "/model/x/invoke", "//_ministack/reset", "/%5Fministack/reset",
    "/_ministack/../_ministack/reset",
    "/./_ministack/reset", "/",
}  # fmt: skip


def test_the_paths_of_the_emulators_own_are_those_we_know(its_own: set[str]) -> None:
    """An upgrade that brings another one is looked at before it is taken."""
    assert its_own == KNOWN


def test_all_doors_without_a_key_are_closed(
    http: httpx.Client, function: str, its_own: set[str]
) -> None:
    for path in sorted(its_own | ELSEWHERE):
        for tail in ("", "x", "000000000000/us-east-1/api") if path.endswith("/") else ("",):
            for method in METHODS:
                if (method, path) == ("GET", "/_ministack/health"):
                    continue
                answer = http.request(method, path + tail)
                assert answer.status_code in REFUSED, (method, path + tail, answer.text)


HOSTS = (
    "api123.execute-api.localhost", "x.lambda-url.us-east-1.localhost", "x.elb.amazonaws.com",
    "x.alb.localhost", f"{BUCKET}.s3.localhost", f"{BUCKET}.localhost", "x.cloudfront.net",
    "x.appsync-api.us-east-1.amazonaws.com", "x.us-east-1.aoss.amazonaws.com", "rebound.example",
    "127.0.0.1", "127.0.0.1.nip.io", "localhost", "0.0.0.0", "[::1]", "localhost.example", "",
)  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_no_other_host_is_served(emulator: Emulator, http: httpx.Client, host: str) -> None:
    """Virtual hosts are doors of their own; a rebound name is that of a web page."""
    for name in {host, f"{host}:{emulator.port}"} - {f"{own}:{emulator.port}" for own in OWN}:
        for path in ("/", "/_ministack/health", f"/{KEY}"):
            assert http.get(path, headers={"Host": name}).status_code == 403, (name, path)


OWN = ("127.0.0.1", "localhost")


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", "file://", "x"],
)
def test_no_web_page_of_another_origin_is_answered(
    emulator: Emulator, http: httpx.Client, origin: str
) -> None:
    link = _link(emulator, emulator.credentials.operator)
    for method, url in (("GET", link), ("GET", "/_ministack/health"), ("OPTIONS", link)):
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        answer = http.request(method, url, headers=asked)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


def test_a_page_of_the_front_may_use_a_link(emulator: Emulator, http: httpx.Client) -> None:
    s3 = emulator.clients("s3")
    rule = {"AllowedMethods": ["PUT", "GET"], "AllowedOrigins": ["*"], "AllowedHeaders": ["*"]}
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})
    origin = f"http://127.0.0.1:{FRONT_PORT}"
    link = _link(emulator, emulator.credentials.operator)
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    preflight = http.options(link, headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] in {"*", origin}
    assert http.get(link, headers={"Origin": origin}).status_code == 200
    assert http.options("/_ministack/reset", headers=asked).status_code == 403


def test_no_websocket_is_opened(emulator: Emulator, http: httpx.Client) -> None:
    gateway = emulator.clients("apigatewayv2")
    api = gateway.create_api(
        Name="socket", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )["ApiId"]
    gateway.create_stage(ApiId=api, StageName="prod")
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "X-Intarsia-Front": emulator.credentials.front_token,
    }
    with http.stream("GET", f"/_aws/execute-api/{api}/prod", headers=upgrade) as answer:
        assert answer.status_code == 403


def test_health_is_told_without_a_key(http: httpx.Client) -> None:
    assert http.get("/_ministack/health").status_code == 200


# The API behind the front.


@pytest.fixture
def api(emulator: Emulator, function: str) -> Iterator[str]:
    """Path of an API whose function tells the event's headers."""
    gateway = emulator.clients("apigatewayv2")
    target = emulator.clients("lambda").get_function(FunctionName=function)
    api = gateway.create_api(Name="api", ProtocolType="HTTP")["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    integration = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=target["Configuration"]["FunctionArn"],
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="GET /jobs", Target=f"integrations/{integration}")
    yield f"/_aws/execute-api/{api}/$default/jobs"
    gateway.delete_api(ApiId=api)


def test_the_api_is_reached_through_the_front_only(
    emulator: Emulator, http: httpx.Client, api: str
) -> None:
    token = {"X-Intarsia-Front": emulator.credentials.front_token}
    assert http.get(api).status_code == 403
    assert http.get(api, headers={"X-Intarsia-Front": "x"}).status_code == 403
    aws = {"Authorization": "AWS4-HMAC-SHA256 Credential=123456789012/x/eu-west-1/s3/aws4_request"}
    assert http.get(api, headers=token | aws).status_code == 403
    assert http.get(f"{api}?x-amz-credential=123456789012/x", headers=token).status_code == 403
    answer = http.get(api, headers=token | {"Authorization": "Bearer key"})
    assert answer.status_code == 200, answer.text
    assert "Bearer key" in answer.text
    assert http.get(f"{api}/unknown", headers=token).status_code == 404
    assert emulator.credentials.front_token not in answer.text
    assert emulator.credentials.front_token not in emulator.log.read_text()


# CloudFormation's callbacks.

PROVIDER = """
import json, urllib.request
def handler(event, _context):
    answer = {"Status": "SUCCESS", "PhysicalResourceId": "made", "Data": {"Said": "hello"},
              **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}}
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(),
                                     method="PUT", headers={"Content-Type": ""})
    print(urllib.request.urlopen(request).status)
"""


def test_custom_resources_answer_by_their_token_and_nobody_answers_with_another(
    emulator: Emulator, http: httpx.Client, trust: Any, zipped: Any
) -> None:
    role = emulator.clients("iam").create_role(
        RoleName="provider", AssumeRolePolicyDocument=trust("lambda")
    )["Role"]["Arn"]
    provider = emulator.clients("lambda").create_function(
        FunctionName="provider",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": zipped(PROVIDER)},
        Timeout=30,
    )["FunctionArn"]
    resource = {"Type": "Custom::Thing", "Properties": {"ServiceToken": provider}}
    template = {
        "Resources": {"Thing": resource},
        "Outputs": {"Said": {"Value": {"Fn::GetAtt": ["Thing", "Said"]}}},
    }
    cloudformation = emulator.clients("cloudformation")
    cloudformation.create_stack(StackName="custom", TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").config.delay = 1
    waiter = cloudformation.get_waiter("stack_create_complete")
    waiter.config.delay = 1
    waiter.wait(StackName="custom")
    (stack,) = cloudformation.describe_stacks(StackName="custom")["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == "hello"
    for path in ("/_ministack/cfn-response/guessed", "/_ministack/cfn-signal/guessed"):
        assert http.put(path, json={}).status_code == 403


# Secrets of roles.


def test_a_functions_credentials_cannot_be_computed_from_its_name(
    emulator: Emulator, function: str, tmp_path: Path
) -> None:
    answer = emulator.clients("lambda").invoke(FunctionName=function)
    environment = json.loads(json.loads(answer["Payload"].read())["body"])["variables"]
    arn = emulator.clients("lambda").get_function(FunctionName=function)["Configuration"]
    digest = hashlib.sha256(f"{arn['FunctionArn']}:{arn['Role']}".encode()).hexdigest()
    secret = hashlib.sha256(f"secret:{digest}".encode()).hexdigest()
    assert environment["AWS_SECRET_ACCESS_KEY"] != secret
    assert _client(emulator, "sts", environment).get_caller_identity()["Arn"].endswith("/api/api")
    computed = {
        "AWS_ACCESS_KEY_ID": f"ASIA{digest[:16].upper()}",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": hashlib.sha256(f"token:{digest}".encode()).hexdigest(),
    }
    with pytest.raises(boto3.exceptions.botocore.exceptions.ClientError):
        _client(emulator, "sts", computed).get_caller_identity()
    # Neither the operator's keys nor the secret itself are in what functions inherit.
    operator = emulator.credentials.operator["AWS_SECRET_ACCESS_KEY"]
    assert operator not in json.dumps(environment)
    assert emulator.credentials.secret.hex() not in json.dumps(environment)


# A role that was taken over: what it may do is judged by what its request does.

UPLOADS = "outputs/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def limited(emulator: Emulator, function: str) -> dict[str, str]:
    """Keys of a principal that may read and write some objects, items of jobs, and one queue."""
    iam = emulator.clients("iam")
    iam.create_user(UserName="limited")
    for queue in ("mine", "other"):
        emulator.clients("sqs").create_queue(QueueName=queue)
    items = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["JOB#*"]}}
    allowed: list[dict[str, Any]] = [
        {
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": f"arn:aws:s3:::{BUCKET}/{UPLOADS}*",
        },
        {
            "Action": ["dynamodb:GetItem", "dynamodb:UpdateItem"],
            "Resource": "*",
            "Condition": items,
        },
        {"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:000000000000:mine"},
    ]
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", **statement} for statement in allowed],
    }
    iam.put_user_policy(UserName="limited", PolicyName="some", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="limited")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


@pytest.fixture
def as_limited(emulator: Emulator, http: httpx.Client, limited: dict[str, str]) -> Any:
    """`as_limited(service, method, path, headers, body)`: sends a request of its own."""
    keys = Keys(limited["AWS_ACCESS_KEY_ID"], limited["AWS_SECRET_ACCESS_KEY"])

    def send(
        service: str, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> httpx.Response:
        request = AWSRequest(
            method,
            f"{emulator.endpoint}{path}",
            headers=headers | {"X-Amz-Content-Sha256": hashlib.sha256(body).hexdigest()},
            data=body,
        )
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        signer(keys, service, "us-east-1").add_auth(request)
        return http.request(method, path, headers=dict(request.headers), content=body)

    return send


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("?Action=GetObject", {}, b""),
        ("", FORM, b"Action=GetObject"),
        ("", {"X-Amz-Target": "x.GetObject"}, b""),
    ],
    ids=["query", "form", "target"],
)
def test_no_object_is_deleted_in_the_name_of_another_action(
    emulator: Emulator, as_limited: Any, query: str, headers: dict[str, str], body: bytes
) -> None:
    s3 = emulator.clients("s3")
    s3.put_object(Bucket=BUCKET, Key=f"{UPLOADS}video.mp4", Body=b"video")
    path = f"/{BUCKET}/{UPLOADS}video.mp4"
    assert as_limited("s3", "GET", path, {}).content == b"video"
    assert as_limited("s3", "DELETE", f"{path}{query}", headers, body).status_code in REFUSED
    assert s3.head_object(Bucket=BUCKET, Key=f"{UPLOADS}video.mp4")


@pytest.mark.parametrize("named", ["query", "body"])
def test_a_link_deletes_no_object_in_the_name_of_another_action(
    emulator: Emulator, http: httpx.Client, limited: dict[str, str], named: str
) -> None:
    s3 = emulator.clients("s3")
    target = {"Bucket": BUCKET, "Key": f"{UPLOADS}video.mp4"}
    s3.put_object(**target, Body=b"video")
    mine = _client(emulator, "s3", limited)
    if named == "query":
        mine.meta.events.register(
            "before-sign.s3.DeleteObject",
            lambda request, **_: request.params.update(Action="GetObject"),
        )
    link = mine.generate_presigned_url("delete_object", Params=target)
    assert ("Action=GetObject" in link) is (named == "query")
    answer = http.request("DELETE", link, headers=FORM, content=b"Action=GetObject")
    assert answer.status_code == 403
    assert s3.head_object(**target)


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("?Action=GetItem", {}, b'{"TableName": "table"}'),
        ("", FORM, b'{"TableName": "table", "x": "&Action=GetItem&"}'),
    ],
    ids=["query", "form"],
)
def test_no_table_is_read_in_the_name_of_another_action(
    emulator: Emulator, as_limited: Any, query: str, headers: dict[str, str], body: bytes
) -> None:
    emulator.clients("dynamodb").put_item(TableName="table", Item={"pk": {"S": "KEY#secret"}})
    target = {"X-Amz-Target": "DynamoDB_20120810.Scan"}
    answer = as_limited("dynamodb", "POST", f"/{query}", target | headers, body)
    assert answer.status_code in REFUSED
    assert "KEY#secret" not in answer.text
    emulator.clients("dynamodb").delete_item(TableName="table", Key={"pk": {"S": "KEY#secret"}})


def test_no_message_is_sent_to_a_queue_in_the_name_of_another(
    emulator: Emulator, as_limited: Any
) -> None:
    def send(named: str, query: str = "") -> int:
        form = {"Action": "SendMessage", "MessageBody": "x", "QueueUrl": urls[named]}
        body = urlencode(form).encode()
        status: int = as_limited("sqs", "POST", f"/{query}", FORM, body).status_code
        return status

    sqs = emulator.clients("sqs")
    urls = {name: sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in ("mine", "other")}
    assert send("mine") == 200
    assert send("other") == 403
    assert send("other", "?" + urlencode({"QueueUrl": urls["mine"]})) in REFUSED
    assert "Messages" not in sqs.receive_message(QueueUrl=urls["other"])


@pytest.mark.parametrize("target", ["Foo.SendMessage", "DynamoDB_20120810.SendMessage"])
@pytest.mark.parametrize("media", ["text/plain", "application/x-amz-json-1.0"])
def test_no_message_is_read_by_a_form_behind_another_services_header(
    emulator: Emulator, as_limited: Any, target: str, media: str
) -> None:
    """MiniStack's SQS reads every body as a form, unless the header is its own."""
    sqs = emulator.clients("sqs")
    urls = {name: sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in ("mine", "other")}
    sqs.send_message(QueueUrl=urls["other"], MessageBody="of another role")
    form = f"&Action=ReceiveMessage&QueueUrl={urls['other']}&y="
    body = json.dumps({"QueueUrl": urls["mine"], "x": form}).encode()
    headers = {"Content-Type": media, "X-Amz-Target": target}
    answer = as_limited("sqs", "POST", "/", headers, body)
    assert answer.status_code in REFUSED
    assert "of another role" not in answer.text
    sqs.purge_queue(QueueUrl=urls["other"])


@pytest.mark.parametrize("service", ["sts", "iam", "cloudformation", "sns"])
@pytest.mark.parametrize(
    "headers",
    [{"X-Amz-Target": "AWSSecurityTokenServiceV20110615.GetCallerIdentity"}, {}],
    ids=["target", "unnamed"],
)
def test_services_that_read_forms_get_nothing_else(
    as_limited: Any, service: str, headers: dict[str, str]
) -> None:
    plain = {"Content-Type": "text/plain"}
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    assert as_limited(service, "POST", "/", plain | headers, body).status_code in REFUSED


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("lambda", "POST", "/2021-11-15/functions/api/response-streaming-invocations"),
        ("lambda", "PUT", "/2015-03-31/event-source-mappings/x"),
        ("monitoring", "POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics"),
        ("ecr", "GET", "/v2/_catalog"),
    ],
    ids=lambda value: value,
)
def test_what_no_action_is_known_for_is_the_operators(
    as_limited: Any, service: str, method: str, path: str
) -> None:
    answer = as_limited(service, method, path, {}, b"{}")
    assert answer.status_code in REFUSED, answer.text


def _steps(kind: str, key: str) -> dict[str, Any]:
    step = {"TableName": "table", "Key": {"pk": {"S": key}}}
    # A key at the top, which a transaction does not look at, must not be the one that counts.
    return {"TransactItems": [{kind: step}], "Key": {"pk": {"S": "JOB#1"}}}


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("GetItem", lambda key: {"TableName": "table", "Key": {"pk": {"S": key}}}),
        ("UpdateItem", lambda key: {"TableName": "table", "Key": {"pk": {"S": key}}}),
        ("TransactGetItems", lambda key: _steps("Get", key)),
        ("TransactWriteItems", lambda key: _steps("Update", key)),
    ],
    ids=["get", "update", "transactional get", "transactional update"],
)
def test_who_may_use_some_items_reaches_no_others_in_a_transaction_either(
    emulator: Emulator, as_limited: Any, operation: str, body: Any
) -> None:
    def send(key: str) -> int:
        target = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        sent = json.dumps(body(key)).encode()
        status: int = as_limited("dynamodb", "POST", "/", target, sent).status_code
        return status

    assert send("KEY#forged") in REFUSED
    assert send("JOB#1") == 200
    found = emulator.clients("dynamodb").scan(TableName="table")["Items"]
    assert {"pk": {"S": "KEY#forged"}} not in found
