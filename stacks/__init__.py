"""The infrastructure: one CloudFormation stack, one construct a capability."""

from stacks.node import use_bundled_node

# Before anything imports aws_cdk: that import starts Node.
use_bundled_node()
