"""The infrastructure: one CloudFormation stack, one construct a capability."""

from stacks.node import use_bundled_node, use_one_thread

# Before anything imports aws_cdk: that import starts Node.
use_bundled_node()
use_one_thread()
