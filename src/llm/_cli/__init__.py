"""The command line: arguments and printing. What a command does is done by the layers below."""
