"""The command line: one small module a command."""

from segkit.cli.app import main

__all__ = ["main"]
