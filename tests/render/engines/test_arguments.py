"""aerender's command line."""

from dataclasses import replace

from render_container.engines.arguments import Render, render_arguments


def _value(arguments: list[str], flag: str) -> str:
    return arguments[arguments.index(flag) + 1]


def test_a_render_is_named_in_full(render: Render) -> None:
    arguments = render_arguments(render)
    assert _value(arguments, "-project") == str(render.project)
    assert _value(arguments, "-comp") == "main"
    assert _value(arguments, "-output") == str(render.output)
    assert _value(arguments, "-OMtemplate") == "video_h264_vbr_15mbps"
    assert _value(arguments, "-RStemplate") == "nx_full"
    assert (_value(arguments, "-s"), _value(arguments, "-e")) == ("0", "9")
    assert _value(arguments, "-close") == "DO_NOT_SAVE_CHANGES"
    assert "-reuse" not in arguments


def test_a_draft_takes_the_draft_settings(render: Render) -> None:
    assert _value(render_arguments(replace(render, quality="draft")), "-RStemplate") == "nx_draft"


def test_frames_are_given_as_the_timeline_shows_them(render: Render) -> None:
    arguments = render_arguments(replace(render, first=5, last=7, displayed_start=100))
    assert (_value(arguments, "-s"), _value(arguments, "-e")) == ("105", "107")


def test_names_with_blanks_and_quotes_stay_one_argument(render: Render) -> None:
    arguments = render_arguments(replace(render, composition='it\'s "the" -comp $(x)'))
    assert _value(arguments, "-comp") == 'it\'s "the" -comp $(x)'
