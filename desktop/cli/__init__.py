"""`yidao`: the product from a terminal; without an argument, the window.

One module a group of commands. Nothing heavy is imported before a command needs it, so that
``--help`` answers at once. `main` is the boundary: every end that a person can meet leaves it as
three Chinese sentences with a code on stderr and an exit status that is not zero.
"""

from desktop.cli.boundary import main

__all__ = ["main"]
