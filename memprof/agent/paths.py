"""
Shapes of paths: all objects that are held alike are one shape.

What `_graph/paths.h` and `_graph/owners.h` are in C.  A shape is a step from
another one: words, as `.idle` or `[*]`, and the type of what stands there.
"""

from memprof.agent import __builtins__

_MOST_SHAPES = 200_000
_MOST_OF_THEM = 80
_LOOK_BACK = 16
_MOST_LETTERS = 400
_MOST_KEYS = 50

PLAIN, MODULE, CALL, ATTRIBUTES, PER_THREAD = range(5)
"""What a shape is: any object, a module's globals, a running function, a dictionary of names."""


class Shapes:
    """The shapes met so far, and how many wanted objects are at each."""

    def __init__(self, groups):
        """Count for so many *groups* of wanted objects."""
        # Of each shape: the one it is a step from, its words, what it is, its type's id.
        self.items = [(0, "", MODULE, 0)]
        self.hits = [{} for _ in range(groups)]
        self.full = False
        self._numbers = {}
        self._repeats = set()
        self._keys = {}

    def below(self, parent, words, what, kind):
        """Return the shape of a *kind*, which stays alive, that *parent* holds as *words* say."""
        if words.startswith("['") and self._keys.get(parent, 0) >= _MOST_KEYS:
            words = "[*]"
        key = (parent, words, what, id(kind))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._add(key)
        return number

    def _add(self, key):
        """Return a new shape, or one that it repeats, or its parent where there is no room."""
        number = self._repeated(key) if key[1] else 0
        if number:
            self._repeats.add(number)
        elif len(self.items) >= _MOST_SHAPES:
            self.full = True
            return key[0]
        else:
            number = len(self.items)
            self.items.append(key)
            if key[1].startswith("['"):
                self._keys[key[0]] = self._keys.get(key[0], 0) + 1
        return number

    def _repeated(self, key):
        """Return the shape above that is as *key*, and whose parent is as its parent, or 0."""
        items = self.items
        at = key[0]
        holder = items[at][1:]
        for _ in range(_LOOK_BACK):
            if not at:
                break
            if items[at][1:] == key[1:] and items[items[at][0]][1:] == holder:
                return at
            at = items[at][0]
        return 0

    def owners(self, group):
        """Return [(owner, held)] of *group*: the one that has most, or the two greatest."""
        shares = self._shares(group)
        owner = self._deepest(shares, 0, until_named=False)
        found = [owner]
        if self._is_bare(owner):
            found = [
                self._deepest(shares, one, until_named=True) for one in shares[owner][1:] if one
            ]
        return [(self._words(one), shares[one][0]) for one in found if one in shares and one]

    def _shares(self, group):
        """Return {shape: [wanted objects there and below, the two below that have most]}."""
        shares = {shape: [count, 0, 0] for shape, count in self.hits[group].items()}
        shares.setdefault(0, [0, 0, 0])
        # What is below a shape has a greater number.
        for shape in range(len(self.items) - 1, 0, -1):
            share = shares.get(shape)
            if share is None:
                continue
            above = shares.setdefault(self.items[shape][0], [0, 0, 0])
            above[0] += share[0]
            if not above[1] or share[0] >= shares[above[1]][0]:
                above[1:] = shape, above[1]
            elif not above[2] or share[0] >= shares[above[2]][0]:
                above[2] = shape
        return shares

    def _is_bare(self, shape):
        """Tell whether *shape* names nothing that could be emptied."""
        return self.items[shape][2] in {MODULE, CALL}

    def _deepest(self, shares, shape, *, until_named):
        """Return the deepest shape from *shape* on that has most of what *shape* has."""
        most = shares[shape][0] * _MOST_OF_THEM
        while following := shares[shape][1]:
            enough = shares[following][0] * 100 >= most
            if not enough and not (until_named and self._is_bare(shape)):
                break
            shape = following
        return shape

    def _words(self, shape):
        """Return the path to *shape* in words."""
        words = []
        while shape:
            words.append(self.items[shape][1] + ("..." if shape in self._repeats else ""))
            shape = self.items[shape][0]
        return "".join(reversed(words))[:_MOST_LETTERS]
