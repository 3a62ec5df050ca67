"""What comes in by HTTP, what goes out by the bus, and what starts by itself."""

import json
import re

import pytest

OUTPUTS = {
    "ApiUrl",
    "TableName",
    "TemplatesBucketName",
    "RendersBucketName",
    "SecretsKeyId",
    "StateMachineArn",
    "ClusterName",
    "BusName",
    "ApiFunctionName",
    "JoinFunctionName",
    "SettleFunctionName",
    "IntrospectFunctionName",
    "FetchFunctionName",
    "PublishFunctionName",
    "JanitorFunctionName",
    "WebhooksFunctionName",
    "AdmitFunctionName",
}


def function(template, name):
    return template.id_of("AWS::Lambda::Function", FunctionName=f"studio-{name}")


class TestApi:
    def test_two_routes_and_no_catch_all(self, template):
        routes = {
            route["Properties"]["RouteKey"]
            for route in template.all("AWS::ApiGatewayV2::Route").values()
        }
        assert routes == {"ANY /api/v2/{proxy+}", "ANY /api/v3/{proxy+}"}

    def test_every_route_leads_to_the_api_function(self, template):
        integration = template.one("AWS::ApiGatewayV2::Integration")
        assert integration["IntegrationUri"] == {"Fn::GetAtt": [function(template, "api"), "Arn"]}
        assert integration["PayloadFormatVersion"] == "2.0"
        permissions = [
            each["Properties"]
            for each in template.all("AWS::Lambda::Permission").values()
            if each["Properties"]["Principal"] == "apigateway.amazonaws.com"
        ]
        assert len(permissions) == 2

    def test_requests_are_throttled(self, template):
        settings = template.one("AWS::ApiGatewayV2::Stage")["DefaultRouteSettings"]
        assert 0 < settings["ThrottlingRateLimit"] <= settings["ThrottlingBurstLimit"]

    def test_the_access_log_does_not_tell_the_secret_in_an_outputs_path(self, template):
        from stacks.api import ACCESS_LOG

        log = template.one("AWS::ApiGatewayV2::Stage")["AccessLogSettings"]
        assert json.loads(log["Format"]) == ACCESS_LOG
        assert not [value for value in ACCESS_LOG.values() if "path" in value.lower()]

    def test_the_public_url_is_a_parameter_and_may_be_empty(self, template):
        parameter = template.body["Parameters"]["PublicUrl"]
        assert parameter["Default"] == ""
        for good in ("", "https://render.example.com", "http://127.0.0.1:8090"):
            assert re.fullmatch(parameter["AllowedPattern"], good)
        for bad in ("render.example.com", "https://render.example.com/", "ftp://x"):
            assert not re.fullmatch(parameter["AllowedPattern"], bad)
        environment = template.one("AWS::Lambda::Function", FunctionName="studio-api")
        variables = environment["Environment"]["Variables"]
        assert variables["INTARSIA_PUBLIC_URL"] == {"Ref": "PublicUrl"}


class TestPublishing:
    @pytest.fixture
    def mapping(self, template):
        publish = {"Ref": function(template, "publish")}
        return template.one("AWS::Lambda::EventSourceMapping", FunctionName=publish)

    def test_reads_the_tables_stream_from_its_beginning(self, template, mapping):
        table = template.id_of("AWS::DynamoDB::Table")
        assert mapping["EventSourceArn"] == {"Fn::GetAtt": [table, "StreamArn"]}
        assert mapping["FunctionName"] == {"Ref": function(template, "publish")}

    def test_one_bad_record_does_not_hold_up_the_rest_and_is_kept(self, template, mapping):
        assert mapping["BisectBatchOnFunctionError"] is True
        assert 0 < mapping["MaximumRetryAttempts"] <= 20
        queue = mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
        kept = template.all("AWS::SQS::Queue")[queue]["Properties"]["MessageRetentionPeriod"]
        assert kept == 14 * 24 * 3600

    def test_a_failed_call_is_repeated_whole_as_its_handler_expects(self, mapping):
        assert "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", [])

    def test_the_bus_has_a_name_of_its_own(self, template):
        assert template.one("AWS::Events::EventBus")["Name"] == "studio"

    def test_nobody_outside_the_account_may_put_on_the_bus(self, template):
        assert "Policy" not in template.one("AWS::Events::EventBus")
        kinds = {each["Type"] for each in template.body["Resources"].values()}
        assert "AWS::Events::EventBusPolicy" not in kinds


class TestAdmission:
    @pytest.fixture
    def mapping(self, template):
        admit = {"Ref": function(template, "admit")}
        return template.one("AWS::Lambda::EventSourceMapping", FunctionName=admit)

    def test_only_the_ends_of_roots_call_it(self, mapping):
        (one,) = mapping["FilterCriteria"]["Filters"]
        assert json.loads(one["Pattern"]) == {
            "eventName": ["MODIFY"],
            "dynamodb": {
                "OldImage": {"active": {"S": ["root"]}},
                "NewImage": {
                    "sk": {"S": ["META"]},
                    "status": {"S": ["finished", "error", "manually_cancelled"]},
                },
            },
        }

    def test_ends_are_taken_together_for_a_second_and_none_is_lost(self, template, mapping):
        assert mapping["MaximumBatchingWindowInSeconds"] == 1
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        assert mapping["BisectBatchOnFunctionError"] is True
        queue = mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
        kept = template.all("AWS::SQS::Queue")[queue]["Properties"]["MessageRetentionPeriod"]
        assert kept == 14 * 24 * 3600

    def test_who_admits_agrees_about_the_depth(self, template):
        for name in ("api", "admit", "janitor"):
            found = template.one("AWS::Lambda::Function", FunctionName=f"studio-{name}")
            variables = found["Environment"]["Variables"]
            assert variables["INTARSIA_GPU_DEPTH"] == variables["INTARSIA_LINUX_DEPTH"] == "200"

    def test_the_api_knows_the_engines_that_there_are(self, template):
        found = template.one("AWS::Lambda::Function", FunctionName="studio-api")
        assert found["Environment"]["Variables"]["INTARSIA_ENGINES"] == "ae2026,open"


class TestRules:
    def test_an_upload_is_introspected(self, template):
        (rule,) = [
            each["Properties"]
            for each in template.all("AWS::Events::Rule").values()
            if each["Properties"].get("Description") == "An upload has arrived"
        ]
        pattern = rule["EventPattern"]
        assert pattern["source"] == ["aws.s3"]
        assert pattern["detail-type"] == ["Object Created"]
        (bucket,) = pattern["detail"]["bucket"]["name"]
        announced = template.all("AWS::S3::Bucket")[bucket["Ref"]]["Properties"]
        assert "NotificationConfiguration" in announced
        # Facts are written beside the upload: they must not start another introspection.
        suffixes = {each["suffix"] for each in pattern["detail"]["object"]["key"]}
        assert suffixes == {"/source.aep", "/source.zip", "/source.mogrt"}
        (target,) = rule["Targets"]
        assert target["Arn"] == {"Fn::GetAtt": [function(template, "introspect"), "Arn"]}

    def test_nothing_waits_for_step_functions_own_events(self, template):
        """They are sent as well as may be: what became of a job the table says, and our events."""
        sources = {
            source
            for each in template.all("AWS::Events::Rule").values()
            for source in each["Properties"].get("EventPattern", {}).get("source", [])
        }
        assert sources == {"intarsia", "aws.s3"}

    def test_the_janitor_sweeps_every_five_minutes(self, template):
        rule = template.one("AWS::Events::Rule", ScheduleExpression="rate(5 minutes)")
        (target,) = rule["Targets"]
        assert target["Arn"] == {"Fn::GetAtt": [function(template, "janitor"), "Arn"]}


def test_the_stack_says_where_everything_is(template):
    assert set(template.body["Outputs"]) == OUTPUTS


class TestDomainName:
    @pytest.fixture(scope="class")
    @staticmethod
    def named(tmp_path_factory):
        from stacks.stack import build

        arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b"
        context = {"layer": "none", "nag": False, "domainName": "renders.example.com"}
        app = build(
            defaults=context | {"certificateArn": arn, "linuxImage": "worker:1"},
            outdir=str(tmp_path_factory.mktemp("cdk.out")),
        )
        return app.synth().get_stack_by_name("Intarsia").template

    def test_the_api_answers_under_it_with_tls_1_2_and_under_no_other_name(self, named):
        kinds = {each["Type"]: each["Properties"] for each in named["Resources"].values()}
        (shown,) = kinds["AWS::ApiGatewayV2::DomainName"]["DomainNameConfigurations"]
        assert shown["SecurityPolicy"] == "TLS_1_2"
        assert kinds["AWS::ApiGatewayV2::Api"]["DisableExecuteApiEndpoint"] is True
        assert "AWS::ApiGatewayV2::ApiMapping" in kinds

    def test_clients_and_webhooks_are_told_of_it(self, named):
        (name,) = [
            each
            for each, resource in named["Resources"].items()
            if resource["Type"] == "AWS::ApiGatewayV2::DomainName"
        ]
        url = {"Fn::Join": ["", ["https://", {"Ref": name}]]}
        assert named["Outputs"]["ApiUrl"]["Value"] == url
        assert "DomainTarget" in named["Outputs"]
        assert str(url) in str(named["Resources"])
