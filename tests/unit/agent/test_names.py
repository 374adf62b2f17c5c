"""Each name is sent once, before what refers to it; memprof's own files have no sites."""

from unit.agent.recorder import recorded

from memprof.agent.names import OWN


def test_names_are_numbered_and_sent_once() -> None:
    recorder, names = recorded()
    assert names.site((("app.py", 1), ("main.py", 9))) == 0
    assert names.site((("app.py", 2),)) == 1
    assert names.site((("app.py", 1), ("main.py", 9))) == 0
    names.flush()
    assert recorder.records == [
        ("strings", {"first": 0, "texts": ["app.py", "main.py"]}),
        ("frames", {"first": 0, "rows": [0, 1, 1, 9, 0, 2]}),
        ("sites", {"first": 0, "stacks": [[0, 1], [2]]}),
    ]
    names.flush()
    assert len(recorder.records) == 3


def test_later_names_follow_on() -> None:
    recorder, names = recorded()
    names.site((("a.py", 1),))
    names.flush()
    names.site((("b.py", 1),))
    names.flush()
    assert recorder.of("strings")[1] == {"first": 1, "texts": ["b.py"]}
    assert recorder.of("frames")[1] == {"first": 1, "rows": [1, 1]}
    assert recorder.of("sites")[1] == {"first": 1, "stacks": [[1]]}


def test_own_files_are_no_sites() -> None:
    recorder, names = recorded("/lib/memprof/")
    assert names.site((("/lib/memprof/agent/x.py", 1), ("app.py", 2))) == OWN
    assert names.site((("/lib/memprofound/x.py", 1),)) == 0
    names.flush()
    assert recorder.of("strings")[0]["texts"] == ["/lib/memprofound/x.py"]


def test_one_frame_is_not_two() -> None:
    """A site of one frame and one of two must not share a number."""
    _, names = recorded()
    numbers = [
        names.site((("1:a", 1),)),
        names.site((("a", 11),)),
        names.site((("a", 1), ("a", 1))),
        names.site((("a", 1),)),
    ]
    assert numbers == [0, 1, 2, 3]


def test_types_are_named_without_running_their_code() -> None:
    class Meta(type):
        """Says something else wherever it is asked."""

        @property
        def __module__(cls) -> str:  # type: ignore[override]
            raise AssertionError

        def __repr__(cls) -> str:
            raise AssertionError

        def __hash__(cls) -> int:
            raise AssertionError

    class Strange(metaclass=Meta):
        """A class with a hostile metaclass."""

    recorder, names = recorded()
    assert names.type(int) == 0
    assert names.type(Strange) == 1
    assert names.type(int) == 0
    names.flush()
    assert recorder.types()[0] == "int"
    assert recorder.types()[1].endswith("Strange")


def test_a_module_that_is_no_string_is_none() -> None:
    recorder, names = recorded()
    names.type(type("Odd", (), {"__module__": 7}))
    names.flush()
    assert recorder.of("strings")[0]["texts"] == ["", "Odd"]


def test_frames_without_a_function_are_remembered() -> None:
    _, names = recorded()
    names.site((("a.py", 3), ("a.py", 5)))
    assert names.unnamed == {"a.py": "3:0 5:1 "}


def test_all_is_told_again_to_another_capture() -> None:
    recorder, names = recorded()
    names.site((("a.py", 1, "f"), ("b.py", 2)))
    names.site((("a.py", 3),))
    names.type(dict)
    names.flush()
    told = list(recorder.records)
    function = recorder.of("functions")[0]["rows"]
    recorder.records.clear()
    names.unnamed.clear()
    names.tell_again(function)
    names.flush()
    assert recorder.records == told
    assert names.unnamed == {"b.py": "2:1 ", "a.py": "3:2 "}
    names.flush()
    assert recorder.records == told
