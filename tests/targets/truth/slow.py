"""
Tuples leaked slowly: 6 batches of 1,500 pairs, with a snapshot after each.

In each batch there are 150 tuples of three and of four, too.

A snapshot makes and frees many tuples of its own.  CPython keeps freed tuples
for the next that are asked for, 2,000 of a size; these must be as traced as
any, or the target's next tuples would count as nothing.
"""

import memprof

BATCHES, BATCH = 6, 1_500

# Take what the interpreter's own start left in its free lists, untraced.
left = range(300, 400)
first = [[[], {}, n / 7, (n,), (n, n), (n, n, n), (n, n, n, n)] for n in left]  # site: first

kept: list[object] = [None] * (2 * BATCHES * BATCH)
position = 0
for batch in range(BATCHES):
    for n in range(BATCH):
        kept[position] = (batch, batch)  # site: pair
        position += 1
        if n % 10 == 0:
            kept[position] = (batch, batch, kept)  # site: triple
            kept[position + 1] = (batch, batch, kept, None)  # site: four
            position += 2
    memprof.checkpoint(f"batch {batch}")
