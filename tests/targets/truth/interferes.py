"""
A program that turns the knobs of its collector, with a snapshot after each.

It switches it off, on with thresholds of its own, freezes what there is,
unfreezes it, and clears the callbacks.
"""

import gc

import memprof

gc.disable()
memprof.checkpoint("disabled")
gc.enable()
gc.set_threshold(50_000, 20, 30)
memprof.checkpoint("enabled")
kept = [[n] for n in range(5_000)]
gc.freeze()
memprof.checkpoint("frozen")
gc.unfreeze()
memprof.checkpoint("unfrozen")
gc.callbacks.clear()
memprof.checkpoint("cleared")
