"""Report: how findings look, as a page of text or a JSON document."""
