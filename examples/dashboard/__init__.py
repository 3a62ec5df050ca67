"""A picture of the operator's dashboard, drawn from the metrics of a run on this machine."""
