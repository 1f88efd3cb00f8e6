"""The command line, run as its users run it: as a process with arguments, streams and an exit code."""
