"""Names that travel in records: approaches, parts, axes and words of delivery."""

from __future__ import annotations

APPROACHES = (
    "robocall", "inquiry", "referral", "follow_up", "offer", "curiosity", "relevance_first", "identity_first",
    "pitch", "other",
)  # fmt: skip
"""Message-level classes, in the order in which the label guide tries them."""

PARTS = (
    "greeting", "callee", "identity", "company", "reason", "value", "offer", "proof", "ask", "number", "number_repeat",
    "next_step", "opt_out", "closing", "filler", "other",
)  # fmt: skip
"""Clause-level classes."""

ESSENTIAL_PARTS = ("callee", "identity", "reason", "ask", "number")
"""What `Structure.missing` looks for: to whom, from whom, why, what to do, and where to call."""

TONE_AXES = ("lively", "confident", "urgent", "formal", "friendly")

TONE_LABELS = ("businesslike", "warm", "rushed", "hesitant", "flat", "pushy", "neutral", "unclear")
