"""Uploads: delivery of a job's output to the client's own bucket."""

from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import BeforeValidator, ConfigDict, Field, StrictStr
from pydantic.alias_generators import to_camel

from intarsia.domain.assets import Model, Source

AWS_ENDPOINT = "https://s3.amazonaws.com"

Text = Annotated[StrictStr, Field(min_length=1, max_length=1024)]


def _no_dots(value: object) -> object:
    if isinstance(value, str):
        if any(ord(character) < 32 for character in value):
            raise ValueError("must not contain control characters")
        if any(part in {".", ".."} for part in value.split("/")):
            raise ValueError('must not contain "." or ".." as a path segment')
    return value


class _Closed(Model):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid"
    )


class UploadParams(_Closed):
    """An S3-compatible bucket and an access key for it. Values may contain `${secrets.NAME}`."""

    endpoint: Source = AWS_ENDPOINT
    region: Text
    bucket: Text
    acl: Text | None = None
    access_key_id: Text
    access_key_secret: Text


class Upload(_Closed):
    """The destination of a job's output in the client's own bucket: it is stored only there."""

    prefix: Annotated[StrictStr | None, Field(max_length=900), BeforeValidator(_no_dots)] = None
    output_url: Source | None = None
    provider: Literal["s3"] = "s3"
    params: UploadParams

    def key(self, file_name: str) -> str:
        """Return the key of the output in the client's bucket: `prefix`, then `file_name`."""
        return f"{self.prefix or ''}{file_name}".lstrip("/")

    def url(self, file_name: str) -> str:
        """Return the URL of the output whose name is `file_name`.

        It begins with `output_url`, or with the endpoint and the bucket if that is not set.
        """
        path = quote(self.key(file_name))
        if self.output_url:
            return f"{self.output_url.rstrip('/')}/{path}"
        params = self.params
        if params.endpoint.rstrip("/") == AWS_ENDPOINT:
            return f"https://{params.bucket}.s3.{params.region}.amazonaws.com/{path}"
        parts = urlsplit(params.endpoint)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{params.bucket}/{path}"
