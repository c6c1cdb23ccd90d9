"""The base model: its folder, tokenizer, template and digest; loading and memory."""
