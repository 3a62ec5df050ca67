"""Example request bodies, by name. A test checks each against its model."""

from typing import Any

TEMPLATE_ID = "01JZW5N3M4T8Q2X6R9V0K7B1CD"
LOWER_THIRD_ID = "01JZW5P0A2B4C6D8E0F2G4H6JK"
JOB_ID = "01JZX7T5E3S1D9F7G5H3J1K9MN"

NESTED: dict[str, Any] = {
    "template": {"id": TEMPLATE_ID, "composition": "main"},
    "assets": [
        {"type": "text", "layerName": "headline", "value": "Hello"},
        {
            "type": "job",
            "layerName": "PrecompLayer",
            "template": {"id": LOWER_THIRD_ID, "composition": "lower-third"},
            "assets": [{"type": "text", "layerName": "name", "value": "Jane Smith"}],
            "settings": {"codec": "video_prores_4444"},
        },
    ],
    "settings": {"codec": "video_h264_vbr_15mbps"},
}

PLAIN: dict[str, Any] = {
    "template": {"id": TEMPLATE_ID, "composition": "main"},
    "assets": [
        {"type": "text", "layerName": "headline", "value": "Hello"},
        {"type": "image", "layerName": "logo", "src": "https://example.com/logo.png"},
        {
            "type": "data",
            "layerName": "box",
            "property": "Transform.Position",
            "value": [960, 540],
        },
    ],
    "webhook": {"url": "https://example.com/rendered"},
}

JOB = {"plain": PLAIN, "nested": NESTED}

JOIN: dict[str, Any] = {
    "intro and a rendered clip": {
        "assets": [
            {"type": "video", "src": "https://example.com/intro.mp4"},
            {
                "type": "job",
                "template": {"id": TEMPLATE_ID, "composition": "main"},
                "assets": [{"type": "text", "layerName": "headline", "value": "Hello"}],
            },
        ],
        "settings": {"preset": "mp4"},
    }
}

BATCH = {"two jobs": {"jobs": [PLAIN, NESTED]}}

CANCEL = {"one job": {"jobs": [JOB_ID]}}

TEMPLATE = {"project": {"type": "aep", "displayName": "Lower third"}}

FONT = {"a large file, uploaded separately": {"fileName": "NotoSans-Regular.ttf"}}

SECRET = {"token": {"name": "CDN_TOKEN", "value": "s3cr3t"}}
