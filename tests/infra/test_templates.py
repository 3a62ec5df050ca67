"""Templates whose file is fetched from a URL."""


def test_a_template_that_is_downloading_is_fetched_by_the_function_for_it(template):
    rule = template.one("AWS::Events::Rule", Description="A template's file must be downloaded")

    assert rule["EventBusName"] == {"Ref": template.id_of("AWS::Events::EventBus")}
    assert rule["EventPattern"] == {
        "source": ["intarsia"],
        "detail-type": ["Template Status Changed"],
        "detail": {"status": ["downloading"]},
    }
    function = template.id_of("AWS::Lambda::Function", FunctionName="studio-fetch")
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [function, "Arn"]}


def test_fetching_writes_files_of_templates_and_reads_none(template):
    role = template.role_of_function("studio-fetch")
    on_objects = [
        (statement["Action"], [resource.rpartition(">")[2] for resource in statement["Resource"]])
        for statement in template.statements(role)
        if any(action.startswith("s3:") for action in statement["Action"])
    ]
    assert on_objects == [(["s3:PutObject"], ["/templates/*"])]
