"""Where the output of a job with an `upload` will be found."""

import pytest

from intarsia.domain.uploads import Upload

PARAMS = {"region": "eu-west-1", "bucket": "films", "accessKeyId": "id", "accessKeySecret": "key"}


@pytest.mark.parametrize(
    ("fields", "params", "expected"),
    [
        ({}, {}, "https://films.s3.eu-west-1.amazonaws.com/a%20b.mp4"),
        ({"prefix": "2026/"}, {}, "https://films.s3.eu-west-1.amazonaws.com/2026/a%20b.mp4"),
        ({}, {"endpoint": "https://r2.example"}, "https://r2.example/films/a%20b.mp4"),
        ({"outputUrl": "https://cdn.example/"}, {}, "https://cdn.example/a%20b.mp4"),
    ],
)
def test_output_is_found_in_the_bucket_or_under_the_clients_own_address(fields, params, expected):
    upload = Upload.model_validate(fields | {"params": PARAMS | params})

    assert upload.url("a b.mp4") == expected


def test_a_password_in_the_endpoint_is_not_in_the_address():
    params = PARAMS | {"endpoint": "https://user:password@minio.example:9000"}

    url = Upload.model_validate({"params": params}).url("a.mp4")

    assert url == "https://minio.example:9000/films/a.mp4"
