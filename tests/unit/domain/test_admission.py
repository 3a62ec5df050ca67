from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from intarsia.domain.admission import Waiting, line_of, next_in_line

TEAMS = ("a", "b", "c")


@st.composite
def lines(draw):
    """Waiting trees in any order, what is under way, and a depth."""
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(TEAMS), st.integers(1, 6), st.integers(0, 2)), max_size=12
        )
    )
    waiting = [
        Waiting(f"{number:026}", team, units, priority)
        for number, (team, units, priority) in enumerate(drawn)
    ]
    under_way = draw(st.dictionaries(st.sampled_from(TEAMS), st.integers(1, 6)))
    return draw(st.permutations(waiting)), under_way, draw(st.integers(1, 12))


def total(under_way, trees):
    return sum(under_way.values()) + sum(tree.units for tree in trees)


@given(lines())
def test_the_depth_is_passed_only_by_a_tree_that_is_alone(drawn):
    waiting, under_way, depth = drawn
    chosen = next_in_line(waiting, under_way, depth)
    if chosen and total(under_way, chosen) > depth:
        assert not under_way
        assert len(chosen) == 1
        assert chosen[0].units > depth


@given(lines())
def test_each_tree_chosen_was_first_when_its_turn_came(drawn):
    """By priority, then the team with the least under way, then age."""
    waiting, under_way, depth = drawn
    left, busy = list(waiting), Counter(under_way)
    for tree in next_in_line(waiting, under_way, depth):
        first = min(left, key=lambda each: (-each.priority, busy[each.team_id], each.root_id))
        assert tree == first
        left.remove(tree)
        busy[tree.team_id] += tree.units


@given(lines())
def test_as_many_are_chosen_as_fit_before_the_first_that_does_not(drawn):
    waiting, under_way, depth = drawn
    chosen = next_in_line(waiting, under_way, depth)
    left = [tree for tree in waiting if tree not in chosen]
    busy = Counter(under_way)
    for tree in chosen:
        busy[tree.team_id] += tree.units
    if left:
        head = min(left, key=lambda each: (-each.priority, busy[each.team_id], each.root_id))
        assert busy.total()
        assert busy.total() + head.units > depth


@given(lines())
def test_every_tree_is_admitted_in_the_end(drawn):
    waiting, _, depth = drawn
    left = list(waiting)
    while left:
        chosen = next_in_line(left, {}, depth)
        assert chosen
        left = [tree for tree in left if tree not in chosen]


def test_a_small_tree_does_not_overtake_a_large_one():
    large, small = Waiting("1", "a", 5), Waiting("2", "a", 1)
    assert next_in_line([small, large], {"a": 2}, 6) == []


def test_a_tree_beyond_the_depth_waits_until_it_is_alone():
    huge = Waiting("1", "a", 50)
    assert next_in_line([huge], {"b": 1}, 10) == []
    assert next_in_line([huge], {}, 10) == [huge]


def test_a_late_team_gets_its_share_beside_a_thousand_trees_of_another():
    crowd = [Waiting(f"{number:04}", "crowd", 1) for number in range(1000)]
    late = [Waiting(f"9{number:03}", "late", 1) for number in range(3)]
    chosen = next_in_line([*crowd, *late], {"crowd": 4}, 10)
    assert [tree.team_id for tree in chosen] == ["late", "late", "late", "crowd", "crowd", "crowd"]


def test_a_tree_waits_in_the_line_of_the_scarcer_fleet():
    assert line_of(["linux", "gpu", "linux"]) == "gpu"
    assert line_of(["linux", "linux"]) == "linux"
