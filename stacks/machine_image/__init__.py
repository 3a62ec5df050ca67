"""EC2 Image Builder makes the GPU machines' image of what the operator brings."""
