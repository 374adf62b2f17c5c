"""The capture: the file between the target's process and ours, read as hostile."""
