"""The command `llm`: its console script and `python -m llm` both call `main`."""

import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line on *argv* (None: the process's own arguments) and return the exit code."""
    try:
        arguments = sys.argv[1:] if argv is None else argv
        if arguments[:1] == ["--version"] and sys.stdout is not None:
            return _version()
        import gc

        gc.disable()  # the border lets collection begin when a command does
        from ._cli.border import run

        code = run(arguments)
        if argv is None and code in (129, 130, 143):
            from ._cli.signals import heed_no_more

            heed_no_more()
        return code
    except KeyboardInterrupt:  # before the border could catch it: while it is imported
        return 130


def _version() -> int:
    """Print the version without importing click, or anything else that a plain Python does not have yet."""
    from ._domain.version import __version__

    try:
        sys.stdout.write(f"llm, version {__version__}\n")
        sys.stdout.flush()
    except OSError as error:
        from ._cli.border import unwritten

        return unwritten(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
