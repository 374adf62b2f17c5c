"""What the tests share: captures written by hand, real processes."""
