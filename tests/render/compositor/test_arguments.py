"""aerender's command line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_container.compositor.arguments import parse
from render_container.compositor.errors import ArgumentSyntaxError, CompositorError, UsageError


def test_a_whole_command_line_is_read():
    words = (
        "-project p.aep -comp Main -output o.mp4 -OMtemplate video_prores_422 -RStemplate nx_draft"
        " -s 3 -e 9 -i 2 -sound OFF -v ERRORS -continueOnMissingFootage"
        " -close DO_NOT_SAVE_CHANGES -mfr ON 75 -mem_usage 20 40 -log l.txt"
    )
    found = parse(words.split())
    assert (str(found.project), found.comp, str(found.output)) == ("p.aep", "Main", "o.mp4")
    assert (found.start, found.end, found.increment) == (3, 9, 2)
    assert found.output_template == "video_prores_422"
    assert found.draft
    assert found.sound is False
    assert not found.progress
    assert found.continue_on_missing_footage
    assert str(found.log) == "l.txt"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("-r script.jsx", "Illegal argument flag: -r"),
        ("stray", "Illegal argument flag: stray"),
        ("-comp", "no value given for flag: -comp"),
        ("-mem_usage 10", "no value given for flag: -mem_usage"),
        ("-s one", "-s takes a whole number"),
        ("-i 0", "-i takes a number from 1 to 100"),
        ("-i 101", "-i takes a number from 1 to 100"),
        ("-v LOUD", "-v takes one of ERRORS, ERRORS_AND_PROGRESS"),
    ],
)
def test_malformed_command_lines(words, message):
    with pytest.raises(ArgumentSyntaxError, match=message) as caught:
        parse(words.split())
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("flag", ["-rqindex", "-teamproject"])
def test_what_the_compositor_has_not_is_refused_clearly(flag):
    with pytest.raises(UsageError, match=f"{flag} is not supported") as caught:
        parse([flag, "1"])
    assert caught.value.exit_code == 2


@given(st.lists(st.text(max_size=12) | st.sampled_from(["-s", "-comp", "-mfr", "-v", "7"])))
def test_any_command_line_is_read_or_refused_with_a_reason(words):
    try:
        parse(words)
    except CompositorError as error:
        refusal = error
    else:
        return
    assert str(refusal)
    assert refusal.exit_code in (2, 3)
