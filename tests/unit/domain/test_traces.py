"""X-Ray's header: what of it is followed."""

import pytest

from intarsia.domain.traces import TraceHeader

ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
HEADER = f"Root={ROOT};Parent={PARENT};Sampled=1"


@pytest.mark.parametrize("header", [HEADER, HEADER.replace("Sampled=1", "Sampled=0")])
@pytest.mark.parametrize("more", ["", ";Lineage=a87bd80c:1|68fd508a:5|c512fbe3:2", ";x" * 500])
def test_what_is_followed_stays_and_all_else_is_left_out(header, more):
    assert str(TraceHeader.read(header + more)) == header


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        f"Root={ROOT}",
        f"Root={ROOT};Sampled=1",
        HEADER.replace("1-5759e988", "2-5759e988"),
        HEADER.replace("Sampled=1", "Sampled=?"),
        HEADER.replace("Sampled=1", "Sampled=12"),
        "x" * 1000,
    ],
)
def test_what_has_another_form_is_not_followed(header):
    assert TraceHeader.read(header) is None
