"""The CDK's output (a cloud assembly): one CloudFormation template, and the files it refers to."""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intarsia.local.errors import SynthError

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold


@dataclass(frozen=True)
class Asset:
    """A file or folder of the assembly that the CloudFormation template expects in an S3 bucket."""

    source: Path
    zipped: bool
    """Whether `source` is a folder to be stored as a zip archive."""
    bucket: str
    key: str

    def content(self) -> bytes:
        """Return the bytes to store in the bucket. The same files give the same bytes."""
        return _zip(self.source) if self.zipped else self.source.read_bytes()


@dataclass(frozen=True)
class Assembly:
    """A synthesised CDK app with one stack: its CloudFormation template and assets."""

    template: dict[str, Any]
    assets: list[Asset]

    @classmethod
    def read(cls, folder: Path) -> "Assembly":
        """Return the cloud assembly in a `cdk.out` folder.

        Raises SynthError unless it has exactly one stack.
        """
        manifests = sorted(folder.glob("*.assets.json"))
        if len(manifests) != 1:
            raise SynthError(f"{folder} has {len(manifests)} stacks; exactly one is needed")
        stack = manifests[0].name.removesuffix(".assets.json")
        template_name = f"{stack}.template.json"
        files = json.loads(manifests[0].read_text())["files"].values()
        return cls(
            template=json.loads((folder / template_name).read_text()),
            assets=[
                Asset(
                    source=folder / file["source"]["path"],
                    zipped=file["source"]["packaging"] == "zip",
                    bucket=destination["bucketName"],
                    key=destination["objectKey"],
                )
                for file in files
                for destination in file["destinations"].values()
                if file["source"]["path"] != template_name
            ],
        )


def _zip(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                entry = zipfile.ZipInfo(name, date_time=_EPOCH)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
