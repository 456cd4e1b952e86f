"""The stages of one message, as the events of its analysis name them."""

STAGES = ("listen", "transcribe", "describe")
"""In this order: decode and measure the sound; recognise the words, numbers also by a second pass; find parts, tone and
features. Each is an Event as it begins, with the file's name as ``item``; ``done`` and ``total`` count in a forward pass."""
