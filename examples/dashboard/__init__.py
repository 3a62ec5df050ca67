"""A picture of the operator's dashboard, from the metrics of a run on this machine."""
