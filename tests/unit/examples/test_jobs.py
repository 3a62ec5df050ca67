"""The example jobs against the templates they name."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from intarsia.domain.bodies import parse_json
from intarsia.domain.nested import NestedJobAsset
from intarsia.domain.requests import JobRequest, parse
from intarsia.projects.checks import check_assets, check_composition
from intarsia.projects.facts import ProjectFacts

PLACEHOLDER = re.compile(r"\$\{templates\.([a-z-]+)\}")


def test_templates_are_named_by_placeholder_and_exist(
    job: dict[str, Any], projects: dict[str, Any]
) -> None:
    for _, template in _jobs(job):
        assert _template_name(template) in projects


def test_compositions_and_layers_exist(job: dict[str, Any], comp: Callable[[str], Any]) -> None:
    for node, template in _jobs(job):
        found = comp(_template_name(template))
        assert template["composition"] == found.name
        layers = {layer.name: layer for layer in found.layers}
        for asset in node.get("assets", []):
            assert asset["layerName"] in layers
            if asset["type"] == "text":
                assert layers[asset["layerName"]] in found.text_layers
            if asset["type"] == "job":
                assert layers[asset["layerName"]].source is not None


def test_jobs_pass_every_check_made_when_they_are_submitted(
    job: dict[str, Any], facts: Callable[[str], ProjectFacts]
) -> None:
    filled = PLACEHOLDER.sub("0" * 26, json.dumps(job))
    request = parse(JobRequest, parse_json(filled))
    for (_, template), node in zip(_jobs(job), _requests(request), strict=True):
        template_facts = facts(_template_name(template))
        assert node.template.composition is not None
        assert check_composition(template_facts, node.template.composition) is None
        assert check_assets(template_facts, node.assets) == ([], [])


def test_children_smaller_than_the_frame_keep_their_alpha(
    job: dict[str, Any], comp: Callable[[str], Any]
) -> None:
    for node, template in _jobs(job):
        child = comp(_template_name(template))
        if (child.width, child.height) != (1280, 720):
            assert node["settings"] == {"codec": "video_prores_4444"}


def test_three_levels_is_four_renders_deep_three(
    read_job: Callable[[str], dict[str, Any]],
) -> None:
    job = read_job("three-levels.json")
    names = [_template_name(template) for _, template in _jobs(job)]
    assert names == ["final-scene", "intro", "logo-sting", "name-card"]
    assert _depth(job) == 3


def test_documented_jobs_keep_the_documentations_words(
    read_job: Callable[[str], dict[str, Any]],
) -> None:
    basic = _without_settings(read_job("nested-basic.json"))
    assert basic["assets"] == [
        {
            "type": "job",
            "layerName": "PrecompLayer",
            "template": {"id": "${templates.lower-third}", "composition": "lower-third"},
            "assets": [
                {"type": "text", "layerName": "name", "value": "Jane Smith"},
                {"type": "text", "layerName": "title", "value": "Lead Designer"},
            ],
        }
    ]
    multiple = _without_settings(read_job("nested-multiple.json"))
    intro, card, colour = multiple["assets"]
    assert (intro["layerName"], "assets" in intro) == ("IntroClip", False)
    assert card["assets"] == [{"type": "text", "layerName": "speaker", "value": "Alex Johnson"}]
    assert colour == {
        "type": "data",
        "layerName": "BackgroundColor",
        "property": "Color",
        "value": [0.1, 0.1, 0.9],
    }


def _jobs(job: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The job and everything below it, each with its template."""
    yield job, job["template"]
    for asset in job.get("assets", []):
        if asset["type"] == "job":
            yield from _jobs(asset)


def _requests(node: JobRequest | NestedJobAsset) -> Iterator[JobRequest | NestedJobAsset]:
    yield node
    for asset in node.assets:
        if isinstance(asset, NestedJobAsset):
            yield from _requests(asset)


def _depth(job: dict[str, Any]) -> int:
    children = [asset for asset in job.get("assets", []) if asset["type"] == "job"]
    return 1 + max((_depth(child) for child in children), default=0)


def _template_name(template: dict[str, Any]) -> str:
    match = PLACEHOLDER.fullmatch(template["id"])
    assert match, template["id"]
    return match[1]


def _without_settings(job: dict[str, Any]) -> dict[str, Any]:
    bare = copy.deepcopy(job)
    for node, _ in _jobs(bare):
        node.pop("settings", None)
    return bare
