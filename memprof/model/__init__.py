"""Facts: what a capture says, as frozen values.  No logic, no input or output."""
