"""Gate: yes or no.  Limits, baselines and verdicts as pure functions of findings."""
