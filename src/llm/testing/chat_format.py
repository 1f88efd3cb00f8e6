"""The chat format of a scripted model: ChatML, with tool calls as JSON in XML tags, as Hermes and Qwen models write."""

from __future__ import annotations

TURN, END, PAD = "<|im_start|>", "<|im_end|>", "<|endoftext|>"

# The last token of a prompt: it is all that a bigram table sees of the request.
CUES = {"chat": "<|chat|>", "use_tool": "<|use_tool|>", "after_tool": "<|after_tool|>"}

CONTROL_TOKENS = (TURN, END, PAD, *CUES.values())

TEMPLATE = """\
{%- set asked = messages %}
{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content + '\\n\\n' }}
        {%- set asked = messages[1:] %}
    {%- endif %}
    {{- '# Tools\\n\\n<tools>' }}
    {%- for tool in tools %}
        {{- '\\n' + tool | tojson }}
    {%- endfor %}
    {{- '\\n</tools>\\n\\nTo call a tool, answer with a JSON object in XML tags:\\n' }}
    {{- '<tool_call>\\n{"name": <name>, "arguments": <object>}\\n</tool_call><|im_end|>\\n' }}
{%- endif %}
{%- for message in asked %}
    {%- if message.role == 'tool' %}
        {{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response>' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + (message.content or '') }}
        {%- for call in message.tool_calls or [] %}
            {{- '\\n<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
            {%- if call.function.arguments is string %}
                {{- call.function.arguments }}
            {%- else %}
                {{- call.function.arguments | tojson }}
            {%- endif %}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
    {%- endif %}
    {{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if messages[-1].role == 'tool' %}
        {{- '<|after_tool|>' }}
    {%- elif tools %}
        {{- '<|use_tool|>' }}
    {%- else %}
        {{- '<|chat|>' }}
    {%- endif %}
{%- endif %}
"""
