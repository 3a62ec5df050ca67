"""The GPU machines' AMI, built by EC2 Image Builder with the operator's After Effects."""
