"""
The function around a line: tracemalloc knows files and lines only.

The functions alive are asked for their code; the innermost code that covers
the line names it.  A line that no living function covers is module level.
"""

from itertools import chain, compress

from memprof.agent import (
    __builtins__,
    atomic,
    graph,
)

FunctionType = type(atomic.run)
CodeType = type(atomic.run.__code__)
_code_of = FunctionType.__code__.__get__
MODULE_LEVEL = "<module>"


def name_frames(names, send):
    """Name the frames in `names.unnamed` and *send* what was found."""
    if not names.unnamed:
        return
    wanted = {
        file: [tuple(map(int, word.split(":"))) for word in words.split()]
        for file, words in names.unnamed.items()
    }
    by_file = {file: [] for file in wanted}
    for code in _codes(wanted):
        by_file[code.co_filename].append(code)
    best = {}
    for file, codes in by_file.items():
        _name_lines(codes, wanted[file], best)
    rows = []
    for entries in wanted.values():
        for _, frame in entries:
            rows += (frame, names.string(best.get(frame, MODULE_LEVEL)))
    names.unnamed.clear()
    names.flush()
    send("functions", {"rows": rows})


def _name_lines(codes, entries, best):
    """
    Find the innermost of *codes*, in any order, that covers each line of *entries*.

    *entries* is (line, frame); *best* takes frame to the function's name.
    """
    lines = {line for line, _ in entries}
    names = {}
    # Of two that cover a line, the inner one begins later.
    for code in sorted(codes, key=_first_line):
        for line in lines.intersection([covered for _, _, covered in code.co_lines()]):
            names[line] = code.co_qualname
    for line, frame in entries:
        if line in names:
            best[frame] = names[line]


def _first_line(code):
    """Return the line at which *code* begins."""
    return code.co_firstlineno


def _codes(files):
    """Return every code object of *files* that a living function leads to."""
    codes, every = [], []
    functions = compress(every, map(id(FunctionType).__eq__, map(id, map(type, every))))
    atomic.run(
        (every.extend, chain.from_iterable(map(atomic.call, (graph.tracked,)))),
        (codes.extend, map(_code_of, functions)),
        (every.clear,),
    )
    found = {}
    stack = [code for code in codes if code.co_filename in files]
    while stack:
        code = stack.pop()
        if id(code) not in found:
            found[id(code)] = code
            stack += [inner for inner in code.co_consts if type(inner) is CodeType]
    return found.values()
