"""Names that travel in records: the ONE table of the parts and approaches that ship, axes and words of delivery."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelClass:
    """A part or an approach: what it is called, and what it means.

    Attributes:
        name: the label, lower case with underscores, as it is stored.
        title: the same as people read it.
        meaning: a clause of the label guide: a part is "the words that ...", an approach is it "when ...".
        family: for a part, what it does for the listener: its colour in pictures.
        essential: whether a message without such a part lacks something.
    """

    name: str
    title: str
    meaning: str
    family: str = "rest"
    essential: bool = False


PART_CLASSES = (
    LabelClass("greeting", "greeting", "open", "open"),
    LabelClass("callee", "callee", "address the person", "open", essential=True),
    LabelClass("identity", "identity", "name the caller", "who", essential=True),
    LabelClass("company", "company", "name the caller's company or role, or say what it is", "who"),
    LabelClass("reason", "reason", "say why this person, why now", "why", essential=True),
    LabelClass("value", "value", "say what is in it for the listener", "why"),
    LabelClass("offer", "offer", "give one concrete thing", "why"),
    LabelClass("proof", "proof", "back it up: numbers, customers, a referee", "why"),
    LabelClass("ask", "ask", "request something, with its conditions", "ask", essential=True),
    LabelClass("number", "number", "say the number the first time, with its short carrier", "number", essential=True),
    LabelClass("number_repeat", "number again", "say it again", "number"),
    LabelClass("next_step", "next step", "say what the caller will do, or when", "ask"),
    LabelClass("opt_out", "opt out", "say how not to be called again"),
    LabelClass("closing", "closing", "end"),
    LabelClass("filler", "filler", "carry nothing"),
    LabelClass("other", "other", "everything else"),
)
"""The parts that ship: clause-level classes."""

APPROACH_CLASSES = (
    LabelClass("robocall", "recorded call", "a recording or a bot speaks"),
    LabelClass("inquiry", "inquiry", "the caller wants to buy or find something"),
    LabelClass("referral", "referral", "a named third person is the reason"),
    LabelClass("follow_up", "follow-up", "it refers to an earlier contact with this person"),
    LabelClass("offer", "offer", "one concrete thing is given, as the reason to call"),
    LabelClass("curiosity", "curiosity", "no reason and no business are given"),
    LabelClass(
        "relevance_first", "relevance first", "a reason specific to this person comes before, or without, who is calling"
    ),
    LabelClass(
        "identity_first", "identity first",
        "name and company first, then one plain statement of what it is about, and whether they want it",
    ),
    LabelClass("pitch", "pitch", "the company, what it does, its benefits"),
    LabelClass("other", "other", "none of these"),
)  # fmt: skip
"""The approaches that ship: message-level classes, in the order in which the label guide tries them."""

PARTS = tuple(one.name for one in PART_CLASSES)
"""Names of the parts that ship. A model may know more: see `vmaudio.classify.parts_of`."""

APPROACHES = tuple(one.name for one in APPROACH_CLASSES)
"""Names of the approaches that ship. A model may know more: see `vmaudio.classify.approaches_of`."""

ESSENTIAL_PARTS = tuple(one.name for one in PART_CLASSES if one.essential)
"""What `Structure.missing` looks for: to whom, from whom, why, what to do, and where to call."""

REASON_CLASSES = (
    LabelClass("own", "own", "a fact about the listener, what they asked for, who sent the caller, or one thing they can have"),
    LabelClass("general", "general", "plain and honest, but it would fit anybody in the listener's trade"),
    LabelClass("bare", "bare", "no reason is given and none is pretended: a name, and the wish for a call"),
    LabelClass("none", "none", "a pretext, praise of the own firm, a list of all that it does, claims that nobody could check"),
    LabelClass("pressure", "pressure", "a threat, guilt, a tease, false or dark urgency, an insult, begging"),
)
"""What a message gives as its reason to call back: message-level classes, see labels/README.md."""

REASONS = tuple(one.name for one in REASON_CLASSES)
"""Names of the kinds of reason."""

TONE_AXES = ("lively", "confident", "urgent", "formal", "friendly")

TONE_LABELS = ("businesslike", "warm", "rushed", "hesitant", "flat", "pushy", "neutral", "unclear")
