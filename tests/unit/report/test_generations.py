"""Generations: counts, pauses, and what disagrees."""

from dataclasses import replace

from support.facts import RUN, facts, generation

from memprof.analysis.generations import analyse
from memprof.model.generations import Generations, GenerationStats
from memprof.model.run import Event
from memprof.report.generations import lines


def test_counts_and_pauses() -> None:
    intervals = ((generation(0, [2_000, 3_000], collected=7, manual=1),),)
    stats = (GenerationStats(2, 7, 0),)
    text = "\n".join(lines(analyse(facts(number=1, generations=Generations(intervals, stats, ())))))
    assert "  0        700      5            2       1          7              0" in text
    assert "5.0 µs" in text
    assert "gc.get_stats() agrees with every count." in text


def test_a_disagreement_is_a_sentence_with_both_numbers() -> None:
    given = Generations(((generation(0, [10]),),), (GenerationStats(31, 0, 0),), ())
    text = "\n".join(lines(analyse(facts(number=1, generations=given))))
    assert "Generation 0, collections: memprof saw 1, gc.get_stats() says 31." in text
    assert "agrees" not in text


def test_what_the_program_did_to_its_collector() -> None:
    events = tuple(Event(n, "gc-disabled", "") for n in range(12))
    interpreter = replace(RUN.interpreter, version="3.14.2")
    run = replace(RUN, events=(Event(0, "gc-odd", "x"), *events), interpreter=interpreter)
    text = "\n".join(lines(analyse(facts(run=run))))
    assert "n/a: the collector was not watched." in text
    assert "At 0 ns gc-odd (x)." in text
    assert "the program disabled the collector." in text
    assert "… and 5 more changes to the collector." in text
    assert "increments" in text
    assert "Not cross-checked" in text


def test_free_threaded_builds_have_one_kind_of_collection() -> None:
    interpreter = replace(RUN.interpreter, free_threaded=True)
    text = "\n".join(lines(analyse(facts(run=replace(RUN, interpreter=interpreter)))))
    assert "every collection is a full one" in text
