"""The AWS infrastructure: one CDK stack with one construct per capability."""

from stacks.node import use_bundled_node, use_one_thread

# Must run before anything imports aws_cdk, because that import starts Node.
use_bundled_node()
use_one_thread()
