"""`python -m intarsia.contract`: the document on standard output, as docs/openapi.json has it."""

import sys

from intarsia.contract.document import as_text

sys.stdout.write(as_text())
