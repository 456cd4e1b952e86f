"""The drills: each trains a few checks of the rubric, with a target and something to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from vmaudio.rubric import Rubric, load_rubric


@dataclass(frozen=True, slots=True)
class Drill:
    """A short exercise for one habit.

    Args:
        id: its name in addresses and in the store.
        title: its heading.
        checks: ids of the checks of the rubric that it trains; only these count in an attempt.
        target: what an attempt has to reach; ``{by_s}`` and the like are the limits of those checks.
        how: one piece of advice.
        example: what to say, where no message of the rep's own is known.
        parts: labels of the parts of an own message that are said instead.
        needs: label of the part without which an own message is no exercise for this; "" for any.
    """

    id: str
    title: str
    checks: tuple[str, ...]
    target: str
    how: str
    example: str
    parts: tuple[str, ...]
    needs: str = ""

    def target_for(self, rubric: Rubric) -> str:
        """The target with its limits filled in.

        Args:
            rubric: Gives the limits; where it has none, the rubric that ships does.

        Returns:
            A sentence.
        """
        limits: dict[str, str] = {}
        for given in (load_default(), rubric):
            limits |= {
                name: f"{value:g}"
                for criterion in given.criteria
                if criterion.id in self.checks
                for name, value in criterion.options.items()
                if isinstance(value, float)
            }
        return self.target.format_map(limits)


@cache
def load_default() -> Rubric:
    """The rubric that ships."""
    return load_rubric()


DRILLS: Mapping[str, Drill] = {
    drill.id: drill
    for drill in (
        Drill(
            "reason", "The reason first", ("gives_reason", "reason_by_9s"),
            "Say why you call in the first {by_s} s.",
            "Skip who you are for a moment. Begin with what concerns this person, in one sentence.",
            "Hi Dana, your lease on Main Street ends in May, and the new rates came out this week.",
            ("greeting", "callee", "reason", "value"), "reason",
        ),
        Drill(
            "number", "The number in groups", ("number_complete", "number_slow", "pause_before_number"),
            "All ten digits, at most {high_digits_per_s} a second, after a pause of {low_s} s.",
            "Stop before the number. Then three digits, a breath, three digits, a breath, four digits.",
            "You can reach me at … 303 … 555 … 0126.",
            ("ask", "number"), "number",
        ),
        Drill(
            "names", "Both names, clearly", ("caller_named", "callee_named"),
            "Say the listener’s name and your own so that both can be made out.",
            "Make a small pause around each name, and do not swallow the last syllable.",
            "Hi Dana. This is Tom Becker, with Acme Copiers.",
            ("greeting", "callee", "identity", "company"), "identity",
        ),
        Drill(
            "ends", "Ends that fall", ("final_falls",),
            "Let your voice fall at the end of each sentence.",
            "Say the last word lower and a little slower, as if you put the sentence down on a table.",
            "Your lease ends in May. I found two ways to keep your rate. Call me back today.",
            ("reason", "value", "ask"),
        ),
        Drill(
            "pace", "A pace to write along with", ("not_rushed", "not_dragging"),
            "Between {low_wpm} and {high_wpm} words a minute, from the first word to the last.",
            "Follow the line under the script. At each full stop, breathe.",
            "Hi Dana, this is Tom Becker with Acme Copiers. Your lease on Main Street ends in May, and the new rates came out "
            "this week. It takes five minutes to see whether you can save. Call me back when you have a moment. Thank you.",
            ("greeting", "callee", "identity", "company", "reason", "value", "offer", "ask", "closing"),
        ),
        Drill(
            "start", "Start at once", ("no_lead_silence",),
            "Begin to speak within {high} s.",
            "Breathe in before you press Record, and speak on the breath.",
            "Hi Dana, your lease on Main Street ends in May.",
            ("greeting", "callee", "reason"),
        ),
        Drill(
            "ask", "One clear ask", ("one_ask",),
            "Ask for one thing only.",
            "A call back, a yes or no, or a time: choose one and leave the others out.",
            "I have one question about your lease. Call me back at 303 555 0126, any time before six.",
            ("reason", "ask", "number"), "ask",
        ),
        Drill(
            "end", "Hang up after the last word", ("no_trailing_silence",),
            "Stop within {high} s of your last word.",
            "Say the number, say thanks, and press Stop.",
            "Call me back at 303 555 0126. Thank you, Dana.",
            ("ask", "number", "closing"), "closing",
        ),
        Drill(
            "loud", "Louder where it counts", ("level_varied",),
            "Let the volume rise and fall by {low} dB or more.",
            "Say the two most important words louder, and everything else as before.",
            "Your lease ends in May, and the new rate is twenty percent higher. I can help you keep the old one.",
            ("reason", "value", "ask"),
        ),
    )
}  # fmt: skip
"""By id, in the order in which they are offered where nothing is known of the rep."""
