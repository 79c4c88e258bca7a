"""The corpus: how real tools write certificate data, and what only looks like it.

Nothing here is a certificate or a key: entries are made at test time, by running the tool, by asking the library, or
by filling a recorded line's placeholders. Each file says how its entries were recorded.
"""
