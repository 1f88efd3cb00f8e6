"""
llama.cpp's HTTP server on loopback, as a program that lives no longer than whoever started it.

    python -m llm.testing.llamacpp MODEL.gguf --alias NAME

It prints its address on one line and stops when its standard input closes. With `--key-from-stdin` the first line
of standard input is the API key; keys never go on a command line, where every user of the machine can read them.
Besides OpenAI Chat Completions it speaks OpenAI Responses and Anthropic Messages (`POST /v1/responses`,
`/v1/messages`), `GET /v1/models` and `/health`. Needs the package `xllamacpp`.
"""

from __future__ import annotations

import argparse
import os
import sys

_ERRORS_ONLY = 1  # llama.cpp's verbosity: what goes wrong is told on standard error


def main() -> None:
    """Serve until standard input closes."""
    import xllamacpp

    arguments = _parser().parse_args()
    parameters = xllamacpp.CommonParams()
    parameters.model.path = arguments.model
    parameters.n_parallel = arguments.parallel
    parameters.n_ctx = arguments.context * arguments.parallel  # shared out between the requests
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1  # more would spin on a tiny model
    parameters.warmup = False
    parameters.verbosity = _ERRORS_ONLY
    if arguments.alias:
        parameters.model_alias = {arguments.alias}
    if arguments.embedding:
        parameters.embedding = True
        parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    if arguments.key_from_stdin:
        parameters.api_keys = [sys.stdin.readline().rstrip("\r\n")]
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    os._exit(0)  # the server's own farewell waits for the requests that still run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m llm.testing.llamacpp", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("model", help="a GGUF file")
    parser.add_argument("--alias", help="the model's name for clients")
    parser.add_argument("--context", type=int, default=8192, help="tokens per request, prompt and answer together")
    parser.add_argument("--parallel", type=int, default=4, help="requests answered at a time; others wait")
    parser.add_argument("--embedding", action="store_true", help="embed texts too, by the mean of their tokens")
    parser.add_argument(
        "--key-from-stdin", action="store_true", help="ask for the key that is read from standard input"
    )
    return parser


if __name__ == "__main__":
    main()
