"""Start the target, keep out of its way, watch its memory from outside."""
