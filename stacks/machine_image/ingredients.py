"""The components of the machines' image, and the version that follows from all it is made of."""

import hashlib
import tomllib
from pathlib import Path

from stacks.settings import Settings

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
COMPONENTS = ("driver", "worker", "machine")
"""In the order in which they run; each is a file beside this one."""


def wanted(settings: Settings) -> bool:
    """Whether there is something to make an image of."""
    return settings.has_gpu and settings.gpu_mode == "host" and bool(settings.after_effects_package)


def document(component: str) -> str:
    """A component's document."""
    return (HERE / f"{component}.yaml").read_text()


def version(settings: Settings, source: str) -> str:
    """Three numbers: the project's first two, and a third made of all that goes into the image.

    Image Builder refuses to change what a version stands for, so every change has its own. The
    container image has the same version as its tag. `source` is a hash of the sources.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    ingredients = [
        source,
        *map(document, COMPONENTS),
        settings.gpu_driver,
        settings.after_effects_package,
        *settings.after_effects_versions,
        str(settings.gpu_root_volume),
    ]
    digest = hashlib.sha256("\0".join(ingredients).encode()).hexdigest()
    # Seven digits: Image Builder's numbers end at 2^30.
    return ".".join([*project.split(".")[:2], str(int(digest[:7], 16))])
