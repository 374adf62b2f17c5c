"""
Thirty-one MB at the most, one MB at the end.

One MB is kept throughout; thirty are allocated, seen by no snapshot of ours,
and freed.
"""

MB = 1_000_000

kept = bytes(MB)  # site: kept
passing = bytes(30 * MB)  # site: passing
del passing
