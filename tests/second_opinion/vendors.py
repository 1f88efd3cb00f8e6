"""
Asks a server by a vendor's own client: a JSON request on standard input, the answer as JSON on standard output.

Run by the Python of the environment that has the clients, and so without anything of LLM.
"""

from __future__ import annotations

import json
import sys

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
ABOUT = "The weather in a city."


def openai_chat(asked):
    from openai import OpenAI

    client = OpenAI(base_url=asked["url"] + "/v1", api_key="sk-test", max_retries=0)
    function = {"name": "get_weather", "description": ABOUT, "parameters": WEATHER}
    fields = {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief"}, {"role": "user", "content": asked["prompt"]}],
        "max_completion_tokens": 50,
        **({"tools": [{"type": "function", "function": function}]} if asked["tools"] else {}),
    }
    if not asked["stream"]:
        reply = client.chat.completions.create(**fields)
    else:
        with client.chat.completions.stream(stream_options={"include_usage": True}, **fields) as stream:
            reply = stream.get_final_completion()
    message = reply.choices[0].message
    calls = [(call.function.name, json.loads(call.function.arguments), call.id) for call in message.tool_calls or ()]
    return message.content, calls, (reply.usage.prompt_tokens, reply.usage.completion_tokens)


def openai_responses(asked):
    from openai import OpenAI

    client = OpenAI(base_url=asked["url"] + "/v1", api_key="sk-test", max_retries=0)
    tool = {"type": "function", "name": "get_weather", "description": ABOUT, "parameters": WEATHER, "strict": False}
    fields = {
        "model": "m",
        "instructions": "Be brief",
        "input": asked["prompt"],
        "max_output_tokens": 50,
        "store": False,
        **({"tools": [tool]} if asked["tools"] else {}),
    }
    if not asked["stream"]:
        reply = client.responses.create(**fields)
    else:
        with client.responses.stream(**fields) as stream:
            reply = stream.get_final_response()
    calls = [
        (item.name, json.loads(item.arguments), item.call_id) for item in reply.output if item.type == "function_call"
    ]
    return reply.output_text, calls, (reply.usage.input_tokens, reply.usage.output_tokens)


def anthropic(asked):
    from anthropic import Anthropic

    client = Anthropic(base_url=asked["url"], api_key="sk-test", max_retries=0)
    tool = {"name": "get_weather", "description": ABOUT, "input_schema": WEATHER}
    fields = {
        "model": "m",
        "system": "Be brief",
        "messages": [{"role": "user", "content": asked["prompt"]}],
        "max_tokens": 50,
        **({"tools": [tool]} if asked["tools"] else {}),
    }
    if not asked["stream"]:
        reply = client.messages.create(**fields)
    else:
        with client.messages.stream(**fields) as stream:
            reply = stream.get_final_message()
    text = "".join(block.text for block in reply.content if block.type == "text")
    calls = [(block.name, block.input, block.id) for block in reply.content if block.type == "tool_use"]
    return text, calls, (reply.usage.input_tokens, reply.usage.output_tokens)


def gemini(asked):
    from google import genai
    from google.genai import types

    options = types.HttpOptions(base_url=asked["url"], api_version="v1beta")
    client = genai.Client(api_key="sk-test", http_options=options)
    function = types.FunctionDeclaration(name="get_weather", description=ABOUT, parameters_json_schema=WEATHER)
    config = types.GenerateContentConfig(
        system_instruction="Be brief",
        max_output_tokens=50,
        tools=[types.Tool(function_declarations=[function])] if asked["tools"] else None,
    )
    fields = {"model": "m", "contents": asked["prompt"], "config": config}
    if not asked["stream"]:
        replies = [client.models.generate_content(**fields)]
    else:
        replies = list(client.models.generate_content_stream(**fields))
    parts = [part for reply in replies for part in reply.candidates[0].content.parts or ()]
    calls = [(part.function_call.name, part.function_call.args, None) for part in parts if part.function_call]
    usage = replies[-1].usage_metadata
    text = "".join(part.text for part in parts if part.text)
    return text, calls, (usage.prompt_token_count, usage.candidates_token_count)


def ollama(asked):
    from ollama import Client

    client = Client(host=asked["url"])
    function = {"name": "get_weather", "description": ABOUT, "parameters": WEATHER}
    reply = client.chat(
        model="m",
        messages=[{"role": "system", "content": "Be brief"}, {"role": "user", "content": asked["prompt"]}],
        tools=[{"type": "function", "function": function}] if asked["tools"] else None,
        options={"num_predict": 50},
        stream=asked["stream"],
    )
    replies = list(reply) if asked["stream"] else [reply]
    text = "".join(one.message.content or "" for one in replies)
    calls = [
        (call.function.name, dict(call.function.arguments), None)
        for one in replies
        for call in one.message.tool_calls or ()
    ]
    return text, calls, (replies[-1].prompt_eval_count, replies[-1].eval_count)


def main():
    asked = json.load(sys.stdin)
    text, calls, usage = globals()[asked["vendor"]](asked)
    json.dump({"text": text or "", "calls": calls, "usage": usage}, sys.stdout)


main()
