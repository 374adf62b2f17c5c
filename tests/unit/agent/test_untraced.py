"""The engine that traces nothing."""

from memprof.agent.untraced import Untraced


def test_the_engine_off_claims_nothing() -> None:
    engine = Untraced()
    engine.start()
    assert (engine.live_bytes(), engine.tables_bytes(), engine.estimated_blocks()) == (0, 0, 0)
    assert engine.tell(engine.look(), print, 0, 1) == (None, None, None, 0)
    engine.tell_closely(print)
    engine.stop()
