"""Analysis: what the facts mean.  Pure functions: no file, no clock, no formatting."""
