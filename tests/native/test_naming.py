"""What the engine numbers itself has the numbers that the agent would give."""

from pathlib import Path

import pytest
from native.inside import said

PROGRAM = """
import json
from memprof.agent import _heap
from memprof.agent.names import Names

DEPTH = {depth}

class Channel:
    def __init__(self):
        self.sent = []
    def send(self, kind, fields):
        self.sent.append((kind, {{name: value[:] if type(value) is list else value
                                 for name, value in fields.items()}}))

def made(number):
    return bytearray(number)

channel = Channel()
names = Names(channel, "/nowhere/")
_heap.start(DEPTH, "/nowhere/")
kept = [made(number) for number in range(1, 50)]
other = [bytearray(100) for _ in range(10)]
names.learn(_heap.name_new)
names.flush()
known = len(names.strings), len(names.frames), len(names.sites)
sites = {{names.site(_heap.origin(one)) for one in kept + other}}
added = [now - before for now, before in
         zip((len(names.strings), len(names.frames), len(names.sites)), known)]
names.learn(_heap.name_new)
_heap.stop()
sent = dict(channel.sent)
stacks = [sent["sites"]["stacks"][site] for site in sorted(sites)]
rows, texts = sent["frames"]["rows"], sent["strings"]["texts"]
functions = dict(zip(*[iter(sent["functions"]["rows"])] * 2))
print(json.dumps([added, len(stacks), [len(stack) for stack in stacks],
                  sorted(texts[functions[stack[0]]] for stack in stacks),
                  all(texts[rows[2 * frame]] == __file__ for stack in stacks for frame in stack),
                  [kind for kind, _ in channel.sent]]))
"""


@pytest.mark.parametrize("depth", [1, 5])
def test_the_engine_and_the_agent_give_the_same_numbers(depth: int, tmp_path: Path) -> None:
    added, count, lengths, functions, ours, kinds = said(PROGRAM.format(depth=depth), tmp_path)
    assert added == [0, 0, 0]
    assert count == 2
    # `made` and who calls it; on 3.11 a comprehension is a function and has a caller too.
    assert all(1 <= length <= depth for length in lengths)
    assert max(lengths) >= min(depth, 2)
    assert "made" in functions
    assert ours
    assert kinds == ["strings", "frames", "sites", "functions"]
