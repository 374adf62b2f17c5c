"""
The tests of the user's, measured by pytest: the only home of pytest.

Nothing here is loaded before somebody asks: see `memprof/pytest_plugin.py`.
"""
