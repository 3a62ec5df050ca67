"""X-Ray's header, by which whatever a request brings about is found in one trace."""

import re
from dataclasses import dataclass
from typing import Self

_FORM = re.compile(
    r"Root=(?P<root>1-[0-9a-f]{8}-[0-9a-f]{24});Parent=(?P<parent>[0-9a-f]{16})"
    r";Sampled=(?P<sampled>[01])(?:;|$)"
)


@dataclass(frozen=True)
class TraceHeader:
    """The parts of it that anything here follows; a string again with `str`."""

    root: str
    parent: str
    sampled: bool

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """The header in X-Ray's documented form, or None. Other parts, as Lineage, are left out:
        of any length, they could make it longer than what Step Functions takes."""
        found = _FORM.match(text or "")
        return cls(found["root"], found["parent"], found["sampled"] == "1") if found else None

    def __str__(self) -> str:
        return f"Root={self.root};Parent={self.parent};Sampled={self.sampled:d}"
