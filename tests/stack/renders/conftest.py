"""Real renders on the shared stack, with the example templates uploaded."""

import pytest

from examples.demo.jobs import load_job


@pytest.fixture(scope="session")
def client(stack, connect):
    with connect(stack.url, stack.api_key) as client:
        yield client


@pytest.fixture(scope="session")
def templates(client, example_templates):
    """Ids of the example templates by name."""
    return {
        template.name: client.add_template(template.display_name, template.path)["id"]
        for template in example_templates.values()
    }


@pytest.fixture(scope="session")
def example(templates):
    """A job of `examples/jobs` with real template ids."""
    return lambda name: load_job(name, templates)


@pytest.fixture
def finish(client, await_tree):
    """Wait until every job of a tree has ended; return the jobs, each before its children."""

    def wait(root):
        await_tree(root)
        return client.tree(root)

    return wait
