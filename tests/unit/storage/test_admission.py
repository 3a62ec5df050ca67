import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intarsia.domain.admission import Waiting
from intarsia.storage.admission import HEADS, AdmissionRepository


@pytest.fixture
def lines(aws):
    return AdmissionRepository(boto3.client("dynamodb"), "table")


def tree(number, priority=0, team="team", units=1):
    return Waiting(f"{number:026}", team, units, priority)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(-1_000_000, 1_000_000)),
        max_size=5,
        unique_by=lambda drawn: drawn[0],
    )
)
def test_a_line_is_read_by_falling_priority_and_then_by_age(lines, drawn):
    trees = [tree(number, priority) for number, priority in drawn]
    lines.enqueue("gpu", trees)

    found = list(lines.waiting("gpu", "team"))

    assert found == sorted(trees, key=lambda each: (-each.priority, each.root_id))
    lines.drop("gpu", trees)


def test_a_line_longer_than_a_page_and_a_write_is_whole(lines):
    trees = [tree(number) for number in range(2 * HEADS + 3)]
    lines.enqueue("gpu", trees)

    assert list(lines.waiting("gpu", "team")) == trees
    assert list(lines.waiting("linux", "team")) == []


def test_no_write_has_more_rows_than_dynamodb_takes(aws):
    """The one in these tests takes any number."""
    sizes = []

    def count(params, **_):
        sizes.append(len(params["RequestItems"]["table"]))

    client = boto3.session.Session().client("dynamodb")
    client.meta.events.register("before-parameter-build.dynamodb.BatchWriteItem", count)
    AdmissionRepository(client, "table").enqueue("gpu", [tree(number) for number in range(60)])

    assert sizes == [25, 25, 10, 1], "the last is the team's mark"


def test_rows_that_dynamodb_did_not_process_are_written_again(aws, monkeypatch):
    client = boto3.session.Session().client("dynamodb")
    write = client.batch_write_item

    def write_two(RequestItems):  # noqa: N803 - boto3's spelling
        (requests,) = RequestItems.values()
        write(RequestItems={"table": requests[:2]})
        return {"UnprocessedItems": {"table": requests[2:]} if requests[2:] else {}}

    monkeypatch.setattr(client, "batch_write_item", write_two)
    lines = AdmissionRepository(client, "table")
    trees = [tree(number) for number in range(7)]

    lines.enqueue("gpu", trees)

    assert list(lines.waiting("gpu", "team")) == trees


def test_standing_in_line_twice_is_standing_once(lines):
    lines.enqueue("gpu", [tree(1)])
    lines.enqueue("gpu", [tree(1)])

    assert list(lines.waiting("gpu", "team")) == [tree(1)]


def test_what_is_admitted_moves_from_one_list_to_the_other(lines):
    lines.enqueue("gpu", [tree(1, units=3), tree(2, team="other")])

    assert lines.admit(lines.read("gpu"), [tree(1, units=3), tree(2, team="other")])

    line = lines.read("gpu")
    assert line.under_way == {"team": 3, "other": 1}
    assert set(line.admitted) == {tree(1).root_id, tree(2).root_id}
    assert list(lines.waiting("gpu", "team")) == []


def test_who_has_not_seen_the_latest_admission_admits_nothing(lines):
    lines.enqueue("gpu", [tree(0), tree(1), tree(2)])
    first = lines.read("gpu")
    assert lines.admit(first, [tree(0)])
    seen = lines.read("gpu")
    assert lines.admit(seen, [tree(1)])

    assert not lines.admit(first, [tree(2)])
    assert not lines.admit(seen, [tree(2)])
    assert set(lines.read("gpu").admitted) == {tree(0).root_id, tree(1).root_id}
    assert lines.admit(lines.read("gpu"), [tree(2)])


def test_all_are_admitted_or_none(lines):
    lines.enqueue("gpu", [tree(1)])

    assert not lines.admit(lines.read("gpu"), [tree(1), tree(2)]), "2 does not wait"
    assert lines.read("gpu").admitted == {}


def test_releasing_what_is_not_there_is_harmless(lines):
    lines.enqueue("gpu", [tree(1)])
    lines.admit(lines.read("gpu"), [tree(1)])

    for _ in range(2):
        lines.release("gpu", [tree(1).root_id, tree(9).root_id])

    assert lines.read("gpu").under_way == {}
