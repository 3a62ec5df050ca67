"""Fonts that arrive in the templates bucket."""


def test_a_font_that_has_arrived_is_read_by_introspection(template):
    rules = template.all("AWS::Events::Rule").values()
    (rule,) = [
        each["Properties"]
        for each in rules
        if each["Properties"]
        .get("EventPattern", {})
        .get("detail", {})
        .get("object", {})
        .get("key", [None])[0]
        == {"prefix": "fonts/"}
    ]
    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    function = template.id_of("AWS::Lambda::Function", FunctionName="studio-introspect")
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [function, "Arn"]}


def test_introspection_reads_fonts_and_the_api_never_does(template):
    def on_fonts(name):
        role = template.role_of_function(f"studio-{name}")
        return {
            action
            for statement in template.statements(role)
            if any(resource.endswith("/fonts/*") for resource in statement["Resource"])
            for action in statement["Action"]
        }

    assert on_fonts("introspect") == {"s3:GetObject"}
    assert on_fonts("api") == {"s3:PutObject", "s3:DeleteObject"}
