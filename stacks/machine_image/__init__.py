"""The GPU machines' image, built by EC2 Image Builder with the operator's packages."""
