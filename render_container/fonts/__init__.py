"""Making a job's fonts known to the programs of this user while they are needed."""
