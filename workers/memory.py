"""Memory of a process that lives long."""

import gc


def settle() -> None:
    """Take all that is loaded by now out of the garbage collector's rounds.

    Looking through it takes 0.1 s and more, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()
