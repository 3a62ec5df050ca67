"""X-Ray's trace header, by which all work that a request causes is recorded in one trace."""

import re
from dataclasses import dataclass
from typing import Self

_FORM = re.compile(
    r"Root=(?P<root>1-[0-9a-f]{8}-[0-9a-f]{24});Parent=(?P<parent>[0-9a-f]{16})"
    r";Sampled=(?P<sampled>[01])(?:;|$)"
)


@dataclass(frozen=True)
class TraceHeader:
    """The parts of X-Ray's trace header that Intarsia uses; `str` formats them as a header."""

    root: str
    parent: str
    sampled: bool

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Return the parts of a header in X-Ray's documented form; None for any other text.

        Drops other parts, such as Lineage. They have no length limit, so the header could exceed
        the limit of Step Functions with them.
        """
        found = _FORM.match(text or "")
        return cls(found["root"], found["parent"], found["sampled"] == "1") if found else None

    def __str__(self) -> str:
        return f"Root={self.root};Parent={self.parent};Sampled={self.sampled:d}"
