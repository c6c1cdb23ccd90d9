"""Chat and instruction columns of a training row, as Spark expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_MESSAGES = "array<struct<role:string,content:string>>"


def add_training_columns(examples: DataFrame, *, system_prompt: str | None, context_turns: int) -> DataFrame:
    """Add messages, prompt, completion, instruction, input and output to question, answer and context.

    ``prompt`` and ``completion`` are lists of role and content, TRL's conversational prompt-completion form;
    ``messages`` is both joined. Roles are system, user and assistant. The last ``context_turns`` turns of the context
    come first; consecutive turns of one role become one message, and an assistant before the first user is left out,
    because many chat templates refuse it. instruction, input and output are the Alpaca form: question, context as
    lines, answer.
    """
    turns = _recent(F.col("context"), context_turns)
    spoken = F.concat(
        F.transform(turns, lambda turn: _message(_role(turn["role"]), turn["text"])),
        F.array(_message(F.lit("user"), F.col("question"))),
    )
    prompt = _from_first_user(_joined(spoken))
    if system_prompt:
        prompt = F.concat(F.array(_message(F.lit("system"), F.lit(system_prompt))), prompt)
    completion = F.array(_message(F.lit("assistant"), F.col("answer")))
    return (
        examples.withColumn("prompt", prompt)
        .withColumn("completion", completion)
        .withColumn("messages", F.concat("prompt", "completion"))
        .withColumn("instruction", F.col("question"))
        .withColumn("input", F.array_join(F.transform(turns, _line), "\n"))
        .withColumn("output", F.col("answer"))
    )


def _recent(context: Column, turns: int) -> Column:
    """The last ``turns`` entries of ``context``; none for 0."""
    nothing = F.array().cast("array<struct<role:string,text:string>>")
    if turns == 0:
        return nothing
    size = F.size(context)
    return F.when(size > turns, F.slice(context, -turns, turns)).otherwise(F.coalesce(context, nothing))


def _role(role: Column) -> Column:
    return F.when(role == "customer", "user").otherwise("assistant")


def _message(role: Column, content: Column) -> Column:
    return F.struct(role.alias("role"), content.alias("content")).cast("struct<role:string,content:string>")


def _line(turn: Column) -> Column:
    return F.concat(F.initcap(turn["role"]), F.lit(": "), turn["text"])


def _joined(messages: Column) -> Column:
    """Merge consecutive messages of one role, joining their contents by a newline."""

    def add(done: Column, message: Column) -> Column:
        last = F.try_element_at(done, F.lit(-1))  # null if there is none, so that is_same is false
        merged = _message(last["role"], F.concat(last["content"], F.lit("\n"), message["content"]))
        longer = F.concat(F.slice(done, F.lit(1), F.greatest(F.size(done) - 1, F.lit(0))), F.array(merged))
        is_same = F.coalesce(last["role"] == message["role"], F.lit(False))
        return F.when(is_same, longer).otherwise(F.concat(done, F.array(message)))

    return F.aggregate(messages, F.array().cast(_MESSAGES), add)


def _from_first_user(messages: Column) -> Column:
    """Messages without a leading assistant message; after joining there is at most one."""
    leads = F.element_at(messages, 1)["role"] == "assistant"
    return F.when(leads, F.slice(messages, F.lit(2), F.size(messages) - 1)).otherwise(messages)
