"""
The exact judgement of something repeatable, where it runs: in a test, a notebook, a child.

Not a word of it is needed by `memprof run`, and nothing here is loaded before
it is asked for: `memprof/__init__.py` names it only.
"""
