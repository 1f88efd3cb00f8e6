#!/bin/sh
# What `make demo` shows: the main job, with no key and no network, in a user directory of its own.
set -eu
LLM_USER_PATH=$(mktemp -d)
export LLM_USER_PATH
trap 'rm -rf "$LLM_USER_PATH"' EXIT

show() {
    printf '\n$ %s\n' "$1"
    eval "$1"
}

show 'llm --version'
show 'llm -m manual "How do I store a key?"'
show 'llm logs -n 1'
cat <<'TEXT'

That was the offline manual. To connect a real model, do one of these:
  .venv/bin/llm keys set openai                           then: .venv/bin/llm "Ten names for a pelican"
  .venv/bin/llm endpoints add local http://localhost:8080/v1   any server that speaks the OpenAI wire
  .venv/bin/llm -m ollama/llama3.2 "Hello"                a local Ollama
and `.venv/bin/llm models --all` lists what is known.
TEXT
