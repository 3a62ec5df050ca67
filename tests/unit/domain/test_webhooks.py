import pytest

from intarsia.domain.errors import RequestError
from intarsia.domain.requests import JobRequest, parse
from intarsia.domain.webhooks import Webhook

URL = "https://example.com/hook"


def parsed(**webhook):
    """The webhook of a job that is asked for with it."""
    return parse(JobRequest, {"template": {"id": "T" * 26}, "webhook": webhook}).webhook


def refused(**webhook):
    """The fields and messages that such a job is refused with."""
    with pytest.raises(RequestError) as caught:
        parsed(**webhook)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_only_a_url_is_needed():
    assert parsed(url=URL) == Webhook(url=URL, method="POST", headers={}, data=None, custom=False)


def test_everything_may_be_given_and_other_fields_are_nobodys_business():
    webhook = parsed(
        url="${secrets.HOOK}",
        method="DELETE",
        headers={"Authorization": "Bearer ${secrets.TOKEN}", "X-Name": "größe"},
        data={"nested": [1, None, {"a": "b"}]},
        custom=True,
        retries=9,
    )
    assert (webhook.method, webhook.custom) == ("DELETE", True)
    assert webhook.data == {"nested": [1, None, {"a": "b"}]}
    assert Webhook.model_validate_json(webhook.model_dump_json(by_alias=True)) == webhook


@pytest.mark.parametrize(
    "name",
    ["Host", "content-LENGTH", "Transfer-Encoding", "Connection", "TE", "Expect", "Webhook-Id"],
)
def test_headers_that_belong_to_one_request_are_refused_by_name(name):
    (field, message), *others = refused(url=URL, headers={"X-Fine": "1", name: "s3cr3t"}).items()

    assert field == "webhook.headers"
    assert message == f"the header {name} is set by Intarsia; leave it out"
    assert not others


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\nHost", "ä", "x" * 257])
def test_what_is_no_headers_name_is_refused(name):
    assert (
        "is not a valid name of an HTTP header"
        in refused(url=URL, headers={name: "1"})["webhook.headers"]
    )


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\n", "\0", "\x0b", "x" * 4097])
def test_what_no_header_can_carry_is_refused_without_quoting_it(value):
    message = refused(url=URL, headers={"X-Key": f"s3cr3t{value}"})["webhook.headers"]

    assert message.startswith("the header X-Key must be one line")
    assert "s3cr3t" not in message


@pytest.mark.parametrize(
    ("webhook", "field"),
    [
        ({}, "webhook.url"),
        ({"url": "ftp://example.com"}, "webhook.url"),
        ({"url": "https://"}, "webhook.url"),
        ({"url": URL, "method": "PATCH"}, "webhook.method"),
        ({"url": URL, "custom": "yes"}, "webhook.custom"),
        ({"url": URL, "data": [1]}, "webhook.data"),
        ({"url": URL, "headers": {"X-Number": 1}}, "webhook.headers.X-Number"),
        ({"url": URL, "headers": {f"X-{n}": "" for n in range(51)}}, "webhook.headers"),
    ],
)
def test_a_wrong_field_is_named(webhook, field):
    assert set(refused(**webhook)) == {field}
