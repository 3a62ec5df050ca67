"""Fixture: py-aep parses less of the projects that tests read again and again."""

import pickle
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

HIDDEN_LAYERS = frozenset({"SLay", "CLay", "DLay", "SecL"})
"""Lists of layers that every composition has and no user sees: half of a small project."""

_documents: dict[bytes, bytes] = {}
"""Pickled contents of text documents, by their bytes."""


@pytest.fixture(scope="module")
def quick_py_aep() -> Iterator[None]:
    """Speed py-aep up for small projects, without changing any answer.

    Hidden layers are parsed at the first access, as py-aep does with all other layers. Documents
    of text layers are long and mostly alike: each is parsed once, then copied. Do not use this
    fixture in tests of damaged projects, because py-aep finds damage in hidden layers later.
    """
    from py_aep.binary import chunk
    from py_aep.cos import CosParser

    read, parse = chunk.read_aep, CosParser.parse

    def read_later(file: Any, *, defer_list_types: frozenset[str]) -> Any:
        return read(file, defer_list_types=defer_list_types | HIDDEN_LAYERS)

    def parse_once(self: CosParser) -> Any:
        if not isinstance(self.file, BytesIO) or self.file.tell():
            return parse(self)
        document = self.file.getvalue()[: self.max_pos]
        if document not in _documents:
            _documents[document] = pickle.dumps(parse(self))
        return pickle.loads(_documents[document])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunk, "read_aep", read_later)
        patch.setattr(CosParser, "parse", parse_once)
        yield
